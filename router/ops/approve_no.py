"""`approve no`: turns a waiting call down."""

from collections.abc import Mapping
from typing import Any

from router.ops.approved import ID, decide
from router.ops.operation import Operation, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The call as it stands now."""
    return decide(values, around, approve=False)


OPERATION = Operation(
    name="approve no",
    summary="turn a waiting call down",
    description="Rejects a call that a rule holds back; asked again, it waits anew.",
    parameters=(ID,),
    run=run,
    example="llm-router approve no 3f9c2a1b",
)
