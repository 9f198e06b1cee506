"""The fact `weekday`: the day of the week, local time."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="weekday",
    kind=NAME,
    about="the day of the week, local time",
    example="weekday in (sat, sun)",
    values=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
)
