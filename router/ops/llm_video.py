"""`llm_video`: a film made by the model that the policy decides for."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import in_loop
from router.ops.mediated import MADE, MAKES, made
from router.ops.operation import Operation, Parameter, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The file."""
    return await made(values, around, "llm_video", "video", values["prompt"], seconds=values["duration"], size=values["size"])


OPERATION = Operation(
    name="llm_video",
    summary="a film from a text, routed by the policy",
    description="Makes a film and saves it; gives the file.",
    parameters=(Parameter("prompt", "", positional=True, required=True), Parameter("model", ""), Parameter("duration", "Seconds", kind="number"), Parameter("size", "")),
    run=in_loop(begin),
    begin=begin,
    hints=MAKES,
    output=MADE,
    example='llm-router llm_video "…"',
)
