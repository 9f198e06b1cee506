"""`llm_query`: a prompt of the task `query`, answered by the model that the policy decides for."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import (
    ANSWER,
    ASKS,
    COMPLEXITY,
    CONTEXT,
    MAX_TOKENS,
    MODEL,
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
    return await answered(values, around, "llm_query", task="query")


OPERATION = Operation(
    name="llm_query",
    summary="a prompt of the task `query`, routed by the policy",
    description="General questions: answered by the cheapest model that does it well.",
    parameters=(PROMPT, CONTEXT, COMPLEXITY, MODEL, SYSTEM, TEMPERATURE, MAX_TOKENS, PATHS),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output=ANSWER,
    example='llm-router llm_query "…" --json',
)
