"""The fact `tool`: the router tool that was called."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="tool",
    kind=NAME,
    about="the router tool that was called",
    example="tool is llm_code",
)
