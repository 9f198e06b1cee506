"""`llm_approve_route`: a person's word on a call that waits for one."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from router.base.failures import UsageError
from router.ops.asked import in_loop
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings

if TYPE_CHECKING:
    from router.record.approvals import Approval


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The call passes once when it is asked again, or is turned down; a program's word alone never lets it through.

    Raises `UsageError` when no call waits, when several do and none is named, and when the person cannot be asked.
    """
    from router.ops.approved import decide

    waiting, trusted = await asyncio.to_thread(_waiting, values["id"], around)
    approve = not values["reject"]
    if approve and not (trusted or around.at_hand):
        approve = await _word(waiting, around)
    return await asyncio.to_thread(decide, {"id": waiting.id}, around, approve=approve)


async def _word(waiting: "Approval", around: Surroundings) -> bool:
    """What the person says to this call; raises `UsageError` when they say nothing or no question can reach them."""
    if around.confirm is None:
        raise UsageError(
            f"a person must say so, and your program has no way to ask them: `llm-router approve yes {waiting.id[:8]}` in a "
            "terminal lets this call through; `tool_approvals: true` in ~/.llm-router/routing.yaml trusts your word from then on"
        )
    said = await around.confirm(_question(waiting))
    if said is None:
        raise UsageError(f"the person did not answer: the call still waits, as `{waiting.id[:8]}`")
    return said


def _question(waiting: "Approval") -> str:
    from router.base.render import printable
    from router.ops.approved import price

    where = f" from {waiting.repo}" if waiting.repo else ""
    return printable(f"Let this call{where} go to {waiting.model} ({price(waiting)})? {waiting.why} wants your word. [{waiting.id[:8]}]")


def _waiting(wanted: str | None, around: Surroundings) -> "tuple[Approval, bool]":
    """The call that waits under an id or its beginning, else this session's only one; whether a tool's word counts here."""
    from router.engine.reading import open_reader
    from router.ops.approved import NOTHING
    from router.record.approvals import Approvals

    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    waiting = () if reader.store is None else Approvals(reader.store, around.clock).waiting()
    if wanted is None:
        found = [each for each in waiting if around.session is None or each.session == around.session]
    else:
        found = [each for each in waiting if wanted and each.id.startswith(wanted.lower())]
    if len(found) != 1:
        raise UsageError(f"{len(found)} calls wait: `id` says which" if found else NOTHING)
    return found[0], reader.settings.tool_approvals


OPERATION = Operation(
    name="llm_approve_route",
    summary="approve or reject a call that waits for a person",
    description="Asks the person whether a waiting call may pass once when it is asked again; or rejects it.",
    parameters=(Parameter("id", "Which; left out: this session's only one"), Parameter("reject", "", kind="flag")),
    run=in_loop(begin),
    begin=begin,
    hints=Hints(read_only=False, destructive=True, idempotent=False),
    output={"id": {"type": "string"}, "state": {"type": "string"}},
    example="llm-router llm_approve_route",
)
