"""`llm_classify`: what a prompt is taken for, and what would answer it; nothing is called."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import PATHS, PROMPT, in_loop, request_of, service_of
from router.ops.operation import Operation, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Task, complexity, chain and estimated cost."""
    from router.ops.decided import decision_record

    service = await service_of(around)
    request = request_of(service, values["prompt"], around, "llm_classify", values, None)
    decision, _ = service.router.decide_fully(request)
    plain = decision_record(decision)
    return Result(plain, lambda _: _text(plain))


def _text(plain: Mapping[str, Any]) -> str:
    sure = "" if plain["confidence"] is None else f" ({plain['confidence']:.0%})"
    cost = "price unknown" if plain["estimated_cost_usd"] is None else f"about ${plain['estimated_cost_usd']:.4f}"
    lines = [
        f"task: {plain['task'] or '?'}{sure} | complexity: {plain['complexity'] or '?'} | profile: {plain['profile']}",
        f"would be answered by: {' → '.join(plain['chain'][:4]) or plain['outcome']} ({cost})",
    ]
    if plain["rules"]:
        lines.append(f"by {', '.join(plain['rules'][:6])}")
    return "\n".join(lines)


OPERATION = Operation(
    name="llm_classify",
    summary="what a prompt is taken for, and what would answer it",
    description="Says a prompt's task and complexity, which models would answer it, and the cost. Calls nothing.",
    parameters=(PROMPT, PATHS),
    run=in_loop(begin),
    begin=begin,
    output={
        "task": {"type": ["string", "null"]},
        "complexity": {"type": ["string", "null"]},
        "outcome": {"type": "string"},
        "chain": {"type": "array"},
    },
    example='llm-router llm_classify "fix the flaky test"',
)
