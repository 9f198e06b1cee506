"""The fact `agent`: `main` or the name of the sub-agent that asks."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="agent",
    kind=NAME,
    about="`main` or the name of the sub-agent that asks",
    example="agent is main",
)
