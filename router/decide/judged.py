"""A request's task and complexity: what is given, what a rule said, what the classifier thinks, joined."""

from collections.abc import Callable

from router.model.decision import Facts, Judgement
from router.model.terms import COMPLEXITIES, TIER_OF, TIERS

Classify = Callable[[Facts], Judgement]
"""Judges a request when, and only when, a row that counts hinges on task or complexity."""


def unjudged(facts: Facts) -> Judgement:
    """The judgement when nobody can judge: task and complexity stay unknown."""
    return Judgement(None, None, None, None, None, True, "none")


def with_foretold(judgement: Judgement, classify: object, tasks: frozenset[str]) -> Judgement:
    """The judgement with what heads foretell of the prompt, where the task is one of `tasks`.

    A way of judging foretells when it has a method `foretell` from a task to what is foretold, or to None.
    """
    foretell = getattr(classify, "foretell", None)
    if foretell is None or judgement.task not in tasks:
        return judgement
    return judgement._replace(foretold=foretell(judgement.task))


def told(facts: Facts, judgement: Judgement) -> bool:
    """Whether the request itself says task and complexity; a task alone leaves the complexity to be judged."""
    return judgement.source == "given" and facts.get("complexity") is not None


def with_judgement(facts: Facts, judgement: Judgement) -> Facts:
    """The facts with task, complexity and confidence; the given ones themselves when nothing is new."""
    if told(facts, judgement) and facts.get("confidence") is not None:
        return facts
    return {
        **facts,
        "task": judgement.task,
        "complexity": judgement.complexity,
        "confidence": judgement.confidence,
    }


def partly(task: str | None, complexity: str | None, source: str, rule: str | None) -> Judgement:
    """What is known when the rest was not needed."""
    tier = TIER_OF[complexity] if complexity else None
    return Judgement(task, complexity, tier, 1.0 if task else None, None, False, source, rule)  # type: ignore[arg-type]


def with_known(
    judged: Judgement, task: str | None, complexity: str | None, source: str, rule: str | None
) -> Judgement:
    """The classifier's judgement, with what was given or ruled put in its place."""
    if complexity is not None:
        judged = judged._replace(complexity=complexity, tier=TIER_OF[complexity], complexity_confidence=1.0)
    if task is not None:
        judged = judged._replace(task=task, confidence=1.0, abstained=False, source=source, rule=rule)  # type: ignore[arg-type]
    return judged


def lowered(complexity: str | None, tier: str, ceiling: str) -> tuple[str | None, str]:
    """Complexity and tier under a ceiling; neither ever rises."""
    if complexity is None or COMPLEXITIES.index(complexity) > COMPLEXITIES.index(ceiling):
        complexity = ceiling
    return complexity, min(tier, TIER_OF[ceiling], key=TIERS.index)
