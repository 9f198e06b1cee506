"""The fact `host`: the program the person works in."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="host",
    kind=NAME,
    about="the program the person works in",
    example="host in (cursor, vscode)",
)
