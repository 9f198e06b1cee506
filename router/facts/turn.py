"""The fact `turn`: which turn of the session this is, from 1."""

from router.facts.kind import NUMBER, Fact

FACT = Fact(
    name="turn",
    kind=NUMBER,
    about="which turn of the session this is, from 1",
    example="turn > 40",
    low=1.0,
    whole=True,
    often_unknown=True,
)
