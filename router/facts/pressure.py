"""The fact `pressure`: how much of a provider's budget or quota is used."""

from router.facts.kind import PERCENT, Fact

FACT = Fact(
    name="pressure",
    kind=PERCENT,
    about="how much of a provider's budget or quota is used",
    example="pressure(anthropic) >= 85%",
    argument="provider",
    low=0.0,
    often_unknown=True,
)
