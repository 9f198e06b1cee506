"""`llm_savings`: what routing saved."""

from router.ops.operation import Operation, Parameter
from router.ops.reused import same_as

OPERATION = Operation(
    name="llm_savings",
    summary="what routing saved",
    description="What routing saved against the baseline, net of everything spent; split by host, task, model …",
    parameters=(
        Parameter("period", "Left out: each", choices=("today", "week", "month", "all")),
        Parameter("by", "Split by", choices=("host", "task", "complexity", "model", "repo", "user", "session", "day")),
    ),
    run=same_as("savings"),
    output={"rows": {"type": "array"}},
    example="llm-router llm_savings --by task",
)
