"""The fact `repo`: the repository, as `owner/name` or the folder's name."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="repo",
    kind=NAME,
    about="the repository, as `owner/name` or the folder's name",
    example='repo like "acme/*"',
    often_unknown=True,
)
