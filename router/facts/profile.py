"""The fact `profile`: the profile that is in force."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="profile",
    kind=NAME,
    about="the profile that is in force",
    example="profile is budget",
    values=("budget", "balanced", "premium"),
    stage="profiled",
)
