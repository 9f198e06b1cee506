"""An answer as plain data and in words, the same in every face."""

from typing import Any

from router.base.render import printable
from router.engine.asking import Decided
from router.engine.router import Router
from router.model.call import Answer, Switch
from router.ops.money_words import dollars
from router.record.savings import price_usd


def answer_record(decided: Decided, answer: Answer, router: Router) -> dict[str, Any]:
    """The fields of an answered call, JSON-able."""
    decision = decided.decision
    return {
        "id": decided.id,
        "text": answer.text,
        "model": answer.model,
        "reported_model": answer.reported_model,
        "task": decision.task,
        "complexity": decision.complexity,
        "mode": decision.mode,
        "usage": answer.usage._asdict(),
        "cost_usd": answer.cost_usd,
        "total_usd": answer.total_usd,
        "estimated": answer.estimated,
        "baseline": {"model": router.settings.baseline, "usd": baseline_usd(answer, router)},
        "latency_ms": round(answer.latency_ms, 1),
        "first_token_ms": None if answer.first_token_ms is None else round(answer.first_token_ms, 1),
        "finish_reason": answer.finish_reason,
        "tool_calls": [dict(call) for call in answer.tool_calls],
        "citations": list(answer.citations),
        "files": list(answer.files),
        "tried": [tried._asdict() for tried in answer.tried],
        "emergency": answer.emergency,
        "demoted": dict(answer.demoted),
        "switch": None if answer.switch is None else answer.switch._asdict(),
        "original": answer.original,
        "similarity": answer.similarity,
    }


def baseline_usd(answer: Answer, router: Router) -> float | None:
    """What the baseline model would have cost for the same tokens; None when its price is not known."""
    baseline = router.settings.baseline
    if baseline is None:
        return None
    usage = answer.usage
    return price_usd(baseline, usage.input, usage.output, usage.cached, 1, router.decider.catalogue)


def footer(decided: Decided, answer: Answer, router: Router) -> str:
    """One line: which model answered, what for, how fast, and what it cost beside the baseline."""
    parts = [answer.model, f"{decided.decision.task}/{decided.decision.complexity or '?'}"]
    parts.append(f"{answer.usage.input + answer.usage.output:,} tokens, {answer.latency_ms / 1000:.1f} s")
    parts.append(cost_words(answer, router))
    if answer.tried:
        parts.append(f"after {len(answer.tried)} other{'s' if len(answer.tried) > 1 else ''}")
    if answer.emergency:
        parts.append("from the emergency chain")
    if answer.demoted:
        parts.append("put last by judges: " + ", ".join(f"{model} ({score:.2f})" for model, score in answer.demoted.items()))
    if answer.switch is not None:
        parts.append(switch_words(answer.switch))
    if answer.similarity is not None:
        parts.append("given again" if answer.similarity == 1 else f"given to a prompt like this ({answer.similarity:.3f})")
    if answer.original:
        parts.append(f"shortened, whole: llm-router raw {answer.original}")
    return printable("-> " + " · ".join(parts))


def switch_words(switch: Switch) -> str:
    """Why the session's model stayed, or what leaving it lost, in words."""
    if switch.in_tool_loop:
        return f"stayed with {switch.last}, for which a tool's result waits"
    saving = "an unknown amount" if switch.saving_usd is None else dollars(max(switch.saving_usd, 0.0))
    lost = dollars(switch.lost_usd)
    if switch.kept:
        return f"stayed with {switch.last}: {switch.other} would save {saving}, its prompt cache saves {lost}"
    return f"left {switch.last} and {lost} of prompt cache to save {saving}"


def cost_words(answer: Answer, router: Router) -> str:
    """The cost in words, with the baseline named; an unknown price is said to be one."""
    if answer.cost_usd is None:
        return "price unknown"
    paid = "free" if answer.cost_usd == 0 else dollars(answer.cost_usd)
    paid += " (estimated)" if answer.estimated else ""
    compared = baseline_usd(answer, router)
    if compared is None or answer.model == router.settings.baseline:
        return paid
    return f"{paid} (always {router.settings.baseline}: {dollars(compared)})"

