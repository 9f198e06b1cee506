"""A decision as plain data, the same in every face."""

from typing import Any

from router.model.decision import Decision


def decision_record(decision: Decision) -> dict[str, Any]:
    """The fields of one dry-run line, in their order; JSON-able."""
    judged = decision.judgement
    return {
        "task": judged.task or judged.guess,
        "complexity": decision.complexity,
        "confidence": _rounded(judged.confidence),
        "complexity_confidence": _rounded(judged.complexity_confidence),
        "abstained": judged.abstained,
        "tier": decision.tier,
        "mode": decision.mode,
        "profile": decision.profile,
        "outcome": decision.outcome,
        "chain": list(decision.chain),
        "denied": list(decision.denied),
        "estimated_cost_usd": None
        if decision.estimated_cost_usd is None
        else round(decision.estimated_cost_usd, 8),
        "rules": [f"{effect}:{rule}" for effect, rule in decision.rules],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
