"""`raw show ID`: an output as it was before it was shortened."""

from router.ops.operation import Operation
from router.ops.raw_shown import ID, show_raw

OPERATION = Operation(
    name="raw show",
    summary="the same as `raw ID`",
    description="Prints a stored output as it was before it was shortened.",
    parameters=(ID,),
    run=show_raw,
    example="llm-router raw show 3fa9c1d2",
)
