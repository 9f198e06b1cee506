"""A tool for prompts of one task: its parameters are chosen, all else follows from the task's name."""

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


def text_tool(task: str, description: str, *, model: bool = False, paths: bool = False) -> Operation:
    """The tool `llm_TASK`; `model` and `paths` say whether its caller may wish for a model and name files."""
    name = f"llm_{task}"

    async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
        return await answered(values, around, name, task=task)

    return Operation(
        name=name,
        summary=f"a prompt of the task `{task}`, routed by the policy",
        description=description,
        parameters=(
            PROMPT, CONTEXT, COMPLEXITY, *([MODEL] if model else []), SYSTEM, TEMPERATURE, MAX_TOKENS,
            *([PATHS] if paths else []),
        ),
        run=in_loop(begin),
        begin=begin,
        hints=ASKS,
        output=ANSWER,
        example=f'llm-router {name} "…" --json',
    )  # fmt: skip
