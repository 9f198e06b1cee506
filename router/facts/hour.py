"""The fact `hour`: the hour of the day, local time."""

from router.facts.kind import NUMBER, Fact

FACT = Fact(
    name="hour",
    kind=NUMBER,
    about="the hour of the day, local time",
    example="hour in 20..6",
    low=0.0,
    high=23.0,
    wraps=True,
    whole=True,
)
