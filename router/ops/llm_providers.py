"""`llm_providers`: who can be called."""

from router.ops.operation import Operation, Parameter
from router.ops.reused import same_as

OPERATION = Operation(
    name="llm_providers",
    summary="who can be called",
    description="Providers: who can be called, where keys come from (never the keys), models.",
    parameters=(Parameter("models", "List models too", kind="flag"), Parameter("refresh", "Ask local ones again", kind="flag")),
    run=same_as("providers"),
    output={"providers": {"type": "array"}},
    example="llm-router llm_providers",
)
