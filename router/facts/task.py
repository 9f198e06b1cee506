"""The fact `task`: what kind of work the prompt asks for."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="task",
    kind=NAME,
    about="what kind of work the prompt asks for",
    example="task in (code, analyze)",
    values=("query", "code", "analyze", "generate", "research", "image", "video", "audio"),
    stage="classified",
)
