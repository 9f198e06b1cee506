"""`llm_image`: a picture made by the model that the policy decides for."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import in_loop
from router.ops.mediated import MADE, MAKES, made
from router.ops.operation import Operation, Parameter, Result, Surroundings


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The file."""
    return await made(values, around, "llm_image", "image", values["prompt"], size=values["size"], quality=values["quality"])


OPERATION = Operation(
    name="llm_image",
    summary="a picture from a text, routed by the policy",
    description="Makes a picture and saves it; gives the file.",
    parameters=(Parameter("prompt", "", positional=True, required=True), Parameter("model", ""), Parameter("size", "Such as 1024x1024"), Parameter("quality", "")),
    run=in_loop(begin),
    begin=begin,
    hints=MAKES,
    output=MADE,
    example='llm-router llm_image "…"',
)
