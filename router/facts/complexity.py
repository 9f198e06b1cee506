"""The fact `complexity`: how much work it is."""

from router.facts.kind import ORDERED, Fact
from router.model.terms import COMPLEXITIES

FACT = Fact(
    name="complexity",
    kind=ORDERED,
    about="how much work it is",
    example="complexity >= complex",
    values=COMPLEXITIES,
    stage="classified",
)
