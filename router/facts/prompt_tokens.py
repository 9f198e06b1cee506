"""The fact `prompt.tokens`: the prompt's length in tokens, estimated as characters / 4."""

from router.facts.kind import NUMBER, Fact

FACT = Fact(
    name="prompt.tokens",
    kind=NUMBER,
    about="the prompt's length in tokens, estimated as characters / 4",
    example="prompt.tokens > 20000",
    low=0.0,
    whole=True,
)

CHARS_PER_TOKEN = 4


def token_estimate(text: str) -> int:
    """Tokens of a text, rounded up; no tokenizer is loaded for a decision."""
    return -(-len(text) // CHARS_PER_TOKEN)
