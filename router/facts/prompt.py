"""The fact `prompt`: the text of the prompt."""

from router.facts.kind import TEXT, Fact

FACT = Fact(
    name="prompt",
    kind=TEXT,
    about="the text of the prompt",
    example='prompt contains any ("alembic", "schema migration")',
)
