"""`llm_stream`: a long answer, each piece passed on as it comes."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import (
    ANSWER,
    ASKS,
    CONTEXT,
    MAX_TOKENS,
    MODEL,
    PROMPT,
    SYSTEM,
    TASKS,
    TEMPERATURE,
    answered,
    in_loop,
)
from router.ops.operation import Operation, Parameter, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The whole answer, after its pieces."""
    return await answered(values, around, "llm_stream", task=values["task_type"], stream=True)


OPERATION = Operation(
    name="llm_stream",
    summary="a routed answer whose pieces come as they are written",
    description="For long answers: pieces arrive as progress while they are written, the whole at the end.",
    parameters=(PROMPT, Parameter("task_type", "", choices=TASKS), CONTEXT, MODEL, SYSTEM, TEMPERATURE, MAX_TOKENS),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output=ANSWER,
    example='llm-router llm_stream "write a long story"',
)
