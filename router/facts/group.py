"""The fact `group`: the groups the user belongs to."""

from router.facts.kind import NAMES, Fact

FACT = Fact(
    name="group",
    kind=NAMES,
    about="the groups the user belongs to",
    example='group is "payments"',
    often_unknown=True,
)
