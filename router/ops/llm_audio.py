"""`llm_audio`: speech made by the model that the policy decides for."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import in_loop
from router.ops.mediated import MADE, MAKES, made
from router.ops.operation import Operation, Parameter, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The file."""
    return await made(values, around, "llm_audio", "audio", values["text"], voice=values["voice"])


OPERATION = Operation(
    name="llm_audio",
    summary="speech from a text, routed by the policy",
    description="Makes speech and saves it; gives the file.",
    parameters=(Parameter("text", "", positional=True, required=True), Parameter("model", ""), Parameter("voice", "")),
    run=in_loop(begin),
    begin=begin,
    hints=MAKES,
    output=MADE,
    example='llm-router llm_audio "…"',
)
