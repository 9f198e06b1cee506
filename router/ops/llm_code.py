"""`llm_code`: a prompt of the task `code`, answered by the model that the policy decides for."""

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
    return await answered(values, around, "llm_code", task="code")


OPERATION = Operation(
    name="llm_code",
    summary="a prompt of the task `code`, routed by the policy",
    description="Code: writing, refactoring, algorithms.",
    parameters=(PROMPT, CONTEXT, COMPLEXITY, SYSTEM, TEMPERATURE, MAX_TOKENS, PATHS),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output=ANSWER,
    example='llm-router llm_code "…" --json',
)
