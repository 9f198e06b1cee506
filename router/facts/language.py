"""The fact `language`: the programming language of the files at hand."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="language",
    kind=NAME,
    about="the programming language of the files at hand",
    example="language in (python, typescript)",
    often_unknown=True,
)
