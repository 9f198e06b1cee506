"""`llm_route`: a prompt classified, routed by the policy and answered, with the way it went."""

from collections.abc import Mapping
from dataclasses import replace
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
    TASKS,
    TEMPERATURE,
    answered,
    in_loop,
)
from router.ops.operation import Operation, Parameter, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The answer below a line that says what the prompt was taken for."""
    result = await answered(values, around, "llm_route", task=values["task_type"])
    plain = result.plain
    head = f"[{(plain['complexity'] or '?')[0].upper()}] {plain['complexity'] or '?'} | task: {plain['task'] or '?'}"
    return replace(result, text=lambda colour: f"{head}\n\n{result.text(colour)}")


OPERATION = Operation(
    name="llm_route",
    summary="classify a prompt, route it by the policy, answer it",
    description="Classifies a prompt and answers it with the model the policy decides for.",
    parameters=(
        PROMPT,
        Parameter("task_type", "", choices=TASKS),
        CONTEXT,
        COMPLEXITY,
        SYSTEM,
        TEMPERATURE,
        MAX_TOKENS,
        PATHS,
    ),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output=ANSWER,
    example='llm-router llm_route "explain this stack trace" --json',
)
