"""The fact `spend`: what was spent on a task, on a provider, in total or in the session."""

from router.facts.kind import MONEY, Fact

FACT = Fact(
    name="spend",
    kind=MONEY,
    about="what was spent on a task, on a provider, in total or in the session",
    example="spend(task code) >= $8.00/day",
    argument="spend",
    low=0.0,
    often_unknown=True,
)
