"""The fact `date`: today, local time."""

from router.facts.kind import DATE, Fact

FACT = Fact(
    name="date",
    kind=DATE,
    about="today, local time",
    example="date >= 2026-12-01",
)
