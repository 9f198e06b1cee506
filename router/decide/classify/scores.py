"""Scores to probabilities, and probabilities to the tier that is cheapest in expectation."""

from collections.abc import Mapping, Sequence
from math import exp

from router.model.terms import TIER_OF, TIERS

COSTS: Mapping[str, int] = {"cheap": 1, "mid": 5, "premium": 25}
TOO_CHEAP = 30
"""Regret of a tier below the one needed, in the unit of COSTS: the work is done twice, and the user waited."""


def regret(complexity: str, tier: str) -> int:
    """What choosing `tier` loses on work of this complexity: the cost above what was needed, or TOO_CHEAP below it."""
    above = COSTS[tier] - COSTS[TIER_OF[complexity]]
    return above if above >= 0 else TOO_CHEAP


def tier_for(complexity_probabilities: Mapping[str, float]) -> str:
    """The tier of least expected regret; the cheapest of equals."""

    def expected(tier: str) -> float:
        return sum(p * regret(complexity, tier) for complexity, p in complexity_probabilities.items())

    return min(TIERS, key=expected)


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities in the order of the scores; they sum to 1."""
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    whole = sum(powers)
    return [power / whole for power in powers]


def logistic(score: float) -> float:
    """The probability of a yes whose log-odds are `score`."""
    bounded = max(-30.0, min(30.0, score))
    return 1.0 / (1.0 + exp(-bounded))


def mixed(own: Sequence[float], before: Sequence[float], share: float) -> list[float]:
    """`share` of the earlier distribution and the rest of the turn's own."""
    return [(1 - share) * p + share * q for p, q in zip(own, before, strict=True)]
