"""The fact `branch`: the Git branch that is checked out."""

from router.facts.kind import NAME, Fact

FACT = Fact(
    name="branch",
    kind=NAME,
    about="the Git branch that is checked out",
    example='branch like "release/*"',
    often_unknown=True,
)
