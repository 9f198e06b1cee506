"""A decision with task and complexity found out for whoever reads it, even where nothing hinged on them."""

from router.decide.decide import Classify
from router.decide.judged import with_known
from router.model.decision import Decision, Facts


def fully(decision: Decision, facts: Facts, classify: Classify) -> Decision:
    """The same decision with its judgement whole; the classifier is asked only where it was not."""
    known = decision.judgement
    if known.complexity is not None:
        return decision
    judged = with_known(classify(facts), known.task, None, known.source, known.rule)
    return decision._replace(
        judgement=judged,
        complexity=decision.complexity or judged.complexity,
        asked_complexity=judged.complexity,
        tier=decision.tier if decision.complexity else judged.tier or decision.tier,
    )
