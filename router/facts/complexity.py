"""The fact `complexity`: how much work it is."""

from router.facts.kind import ORDERED, Fact

FACT = Fact(
    name="complexity",
    kind=ORDERED,
    about="how much work it is",
    example="complexity >= complex",
    values=("simple", "moderate", "complex", "deep"),
    stage="classified",
)
