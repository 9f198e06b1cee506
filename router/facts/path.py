"""The fact `path`: the files the request touches, relative to the repository; true when any of them matches."""

from router.facts.kind import PATHS, Fact

FACT = Fact(
    name="path",
    kind=PATHS,
    about="the files the request touches, relative to the repository; true when any of them matches",
    example='path under "src/payments/"',
    often_unknown=True,
)
