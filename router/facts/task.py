"""The fact `task`: what kind of work the prompt asks for."""

from router.facts.kind import NAME, Fact
from router.model.terms import TASKS

FACT = Fact(
    name="task",
    kind=NAME,
    about="what kind of work the prompt asks for",
    example="task in (code, analyze)",
    values=TASKS,
    stage="classified",
)
