"""The fact `quota`: how much of a subscription's window is used."""

from router.facts.kind import PERCENT, Fact

FACT = Fact(
    name="quota",
    kind=PERCENT,
    about="how much of a subscription's window is used",
    example="quota(claude.weekly) >= 90%",
    argument="quota",
    low=0.0,
    often_unknown=True,
)
