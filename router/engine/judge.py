"""Task and complexity of a request, by the session's last route or by the classifier."""

from functools import cache

from router.decide.classify import Classification, Classifier, load_classifier
from router.decide.decide import Classify
from router.model.decision import TIER_OF, Facts, Judgement
from router.model.request import Request


@cache
def shipped_classifier() -> Classifier:
    """The classifier with the weights in force, read once a process and only when a decision needs it."""
    return load_classifier()


def judge_by(request: Request) -> Classify:
    """How to judge this request when a decision hinges on it."""

    def classify(facts: Facts) -> Judgement:
        found = shipped_classifier().classify(request.prompt, request.earlier)
        return judgement_of(found, request.last_route)

    return classify


def judgement_of(found: Classification, last_route: tuple[str, str] | None) -> Judgement:
    """A classification as a judgement: a follow-up takes the session's last route, doubt about the task is said."""
    if found.inherit and last_route is not None:
        task, complexity = last_route
        return Judgement(
            task, complexity, TIER_OF[complexity], found.confidence, found.confidence, False, "session"
        )
    task = None if found.abstained else found.task
    return Judgement(
        task,
        found.complexity,
        found.tier,
        found.confidence,
        found.complexity_confidence,
        found.abstained,
        "classifier",
        guess=found.task,
    )
