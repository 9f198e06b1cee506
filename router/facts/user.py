"""The fact `user`: who asks."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="user",
    kind=NAME,
    about="who asks",
    example='user is "ada"',
    often_unknown=True,
)
