"""`approve yes`: lets a waiting call through once."""

from collections.abc import Mapping
from typing import Any

from router.ops.approved import ID, decide
from router.ops.operation import Operation, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The call as it stands now."""
    return decide(values, around, approve=True)


OPERATION = Operation(
    name="approve yes",
    summary="let a waiting call through once",
    description="Approves a call that a rule holds back: it passes once, within 24 hours, when it is asked again.",
    parameters=(ID,),
    run=run,
    example="llm-router approve yes 3f9c2a1b",
)
