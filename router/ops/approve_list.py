"""`approve list`: the calls that wait for a person."""

from collections.abc import Mapping
from typing import Any

from router.base.render import printable
from router.engine.reading import open_reader
from router.ops.approved import NOTHING, approval_record, price
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.ops.turn_words import ago
from router.record.approvals import Approval, Approvals
from router.record.money import micros


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The calls that wait, oldest first; with `--all` the latest whatever came of them, newest first."""
    store = open_reader(around.cwd, around.environ, around.clock, around.warn).store
    found: tuple[Approval, ...] = ()
    if store is not None:
        approvals = Approvals(store, around.clock)
        found = approvals.all() if values["all"] else approvals.waiting()
    now = micros(around.clock())
    return Result({"approvals": [approval_record(each) for each in found]}, lambda _: _text(found, now))


def _text(found: tuple[Approval, ...], now: int) -> str:
    return "\n".join(printable(_line(each, now)) for each in found) or NOTHING


def _line(each: Approval, now: int) -> str:
    who = " ".join(part for part in (each.user, each.repo) if part)
    parts = (each.id[:8], each.state, ago(each.at, now), each.model, price(each), f"because {each.why}", who)
    return "  ".join(part for part in parts if part)


OPERATION = Operation(
    name="approve list",
    summary="the calls that wait for a person",
    description="Lists the calls that a `require approval` rule holds back; --all also those that were decided.",
    parameters=(Parameter("all", "also what was approved, rejected, used or has expired", kind="flag"),),
    run=run,
    example="llm-router approve list",
)
