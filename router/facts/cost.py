"""The fact `cost`: the estimated cost of the call to the chosen model."""

from router.facts.kind import MONEY, Fact

FACT = Fact(
    name="cost",
    kind=MONEY,
    about="the estimated cost of the call to the chosen model",
    example="cost > $0.50",
    low=0.0,
    stage="priced",
)
