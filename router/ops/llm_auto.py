"""`llm_auto`: a prompt routed and answered, with what it saved, for hosts that have no hooks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from router.ops.asked import ANSWER, ASKS, CONTEXT, PATHS, PROMPT, SYSTEM, TASKS, answered, in_loop
from router.ops.operation import Operation, Parameter, Result, Surroundings

_SAVED = {"saved_usd": {"type": ["number", "null"]}}


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The answer, and what it cost less than the baseline would have; the ledger holds it for `llm_savings`."""
    result = await answered(values, around, "llm_auto", task=values["task_type"])
    plain = result.plain
    compared, paid = plain["baseline"]["usd"], plain["total_usd"]
    saved = None if compared is None or plain["cost_usd"] is None else compared - paid
    line = "" if saved is None else f"\nsaved ${saved:.4f} against {plain['baseline']['model']}"
    return replace(
        result, plain={**plain, "saved_usd": saved}, text=lambda colour: result.text(colour) + line
    )


OPERATION = Operation(
    name="llm_auto",
    summary="route and answer a prompt, and record what it saved",
    description="Routes and answers any prompt and records what it saved. For hosts without hooks: send every task here.",
    parameters=(PROMPT, Parameter("task_type", "", choices=TASKS), CONTEXT, SYSTEM, PATHS),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output={**ANSWER, **_SAVED},
    example='llm-router llm_auto "what does this regex match?" --json',
)
