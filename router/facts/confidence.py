"""The fact `confidence`: how sure the classifier is of the task."""

from router.facts.kind import PERCENT, Fact

FACT = Fact(
    name="confidence",
    kind=PERCENT,
    about="how sure the classifier is of the task",
    example="confidence < 60%",
    low=0.0,
    high=1.0,
    stage="classified",
)
