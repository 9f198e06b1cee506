"""`llm_approve_route`: a person's word on a call that waits for one."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The call passes once when it is asked again, or is turned down."""
    from router.engine.reading import open_reader
    from router.ops.approved import NOTHING, decide
    from router.record.approvals import Approvals

    wanted = values["id"]
    if wanted is None:
        reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
        waiting = () if reader.store is None else Approvals(reader.store, around.clock).waiting()
        own = [each for each in waiting if around.session is None or each.session == around.session]
        if len(own) != 1:
            raise UsageError(f"{len(own)} calls wait: `id` says which" if own else NOTHING)
        wanted = own[0].id
    return decide({"id": wanted}, around, approve=not values["reject"])


OPERATION = Operation(
    name="llm_approve_route",
    summary="approve or reject a call that waits for a person",
    description="Lets a call that waits for a person pass once when it is asked again, or rejects it. Ask the person first.",
    parameters=(Parameter("id", "Which; left out: this session's only one"), Parameter("reject", "", kind="flag")),
    run=run,
    hints=Hints(read_only=False, destructive=True, idempotent=False),
    output={"id": {"type": "string"}, "state": {"type": "string"}},
    example="llm-router llm_approve_route",
)
