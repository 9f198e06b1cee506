"""`llm_research`: a prompt of the task `research`, answered by the model that the policy decides for."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import (
    ANSWER,
    ASKS,
    COMPLEXITY,
    CONTEXT,
    MAX_TOKENS,
    PROMPT,
    SYSTEM,
    TEMPERATURE,
    answered,
    in_loop,
)
from router.ops.operation import Operation, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The answer."""
    return await answered(values, around, "llm_research", task="research")


OPERATION = Operation(
    name="llm_research",
    summary="a prompt of the task `research`, routed by the policy",
    description="Questions that need the web: answered with sources.",
    parameters=(PROMPT, CONTEXT, COMPLEXITY, SYSTEM, TEMPERATURE, MAX_TOKENS),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output=ANSWER,
    example='llm-router llm_research "…" --json',
)
