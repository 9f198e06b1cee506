"""`llm_analyze`: a prompt of the task `analyze`, answered by the model that the policy decides for."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import (
    ANSWER,
    ASKS,
    COMPLEXITY,
    CONTEXT,
    MAX_TOKENS,
    PATHS,
    PROMPT,
    SYSTEM,
    TEMPERATURE,
    answered,
    in_loop,
)
from router.ops.operation import Operation, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The answer."""
    return await answered(values, around, "llm_analyze", task="analyze")


OPERATION = Operation(
    name="llm_analyze",
    summary="a prompt of the task `analyze`, routed by the policy",
    description="Deep reasoning: debugging, design review, comparison.",
    parameters=(PROMPT, CONTEXT, COMPLEXITY, SYSTEM, TEMPERATURE, MAX_TOKENS, PATHS),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output=ANSWER,
    example='llm-router llm_analyze "…" --json',
)
