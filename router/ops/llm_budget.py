"""`llm_budget`: every cap and how full it is."""

from router.ops.operation import Operation
from router.ops.reused import same_as

OPERATION = Operation(
    name="llm_budget",
    summary="every cap and how full it is",
    description="Every spending cap in force, what counts against it, and its rule.",
    parameters=(),
    run=same_as("budget_list"),
    output={"caps": {"type": "array"}},
    example="llm-router llm_budget",
)
