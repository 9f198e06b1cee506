"""`audit list`: recorded events, the newest first."""

from collections.abc import Mapping, Sequence
from typing import Any

from router.base.render import printable
from router.ops.audit_log import FILTERS, columns, log_of, money, plain, reading, wanted_of
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.audit.query import Found, find


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The newest events that pass every filter."""
    wanted = wanted_of(values, around.clock(), limit=max(0, values["limit"]))
    with reading(log_of(around)) as connection:
        found = [] if connection is None else list(find(connection, wanted))
    return Result({"events": [plain(event) for event in found]}, lambda colour: _text(found, wanted.filters != ()))


def _text(found: Sequence[Found], filtered: bool) -> str:
    if not found:
        return "no event fits" if filtered else "nothing is recorded yet"
    return columns([_cells(event) for event in found])


def _cells(event: Found) -> tuple[str, ...]:
    body = event.body
    if body is None:
        return (str(event.seq), "?", "unreadable", "", "", "")
    moment = body["at"][:19].replace("T", " ")
    who = printable(body["asker"]["user"] or "-")
    if body["kind"] == "admin":
        return (str(event.seq), moment, body["kind"], who, printable(body["action"]), "")
    inner = body["decision"] if body["kind"] == "decision" else body
    kind = f"{inner['task'] or '?'}/{inner['complexity'] or '?'}"
    said = f"{inner['outcome']} {kind}"
    model = (inner["chain"] or ["-"])[0] if body["kind"] == "decision" else body["model"]
    amount = money(inner["estimated_cost_usd"] if body["kind"] == "decision" else body["cost_usd"])
    return (str(event.seq), moment, body["kind"], who, printable(f"{said}  {model}  {amount}"), (body["decision_id"] or "")[:12])


OPERATION = Operation(
    name="audit list",
    summary="recorded decisions, outcomes and acts, the newest first",
    description="Lists events of the audit log, the newest first; times are UTC. Filters take every field of an event.",
    parameters=(*FILTERS, Parameter("limit", "at most so many", kind="whole", default=20, metavar="N")),
    run=run,
    example="llm-router audit list --since 7d --where kind=outcome --where 'cost_usd>0.10'",
)
