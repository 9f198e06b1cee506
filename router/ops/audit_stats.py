"""`audit stats`: how many events of which kind, and what they cost, by any field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from router.base.failures import UsageError
from router.base.render import printable
from router.ops.audit_log import FILTERS, columns, fields, log_of, money, reading, wanted_of
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.audit.query import Found, find, value_of

_USUAL = ("kind", "verdict", "task", "model")


@dataclass(slots=True)
class Sum:
    """What events of one value come to; costs in US dollars, `unpriced` are outcomes whose price is not known."""

    events: int = 0
    estimated_usd: float = 0.0
    cost_usd: float = 0.0
    unpriced: int = 0

    def add(self, body: Mapping[str, Any]) -> None:
        self.events += 1
        if body["kind"] != "outcome":
            return
        self.estimated_usd += body["estimate_usd"] or 0.0
        self.cost_usd += body["cost_usd"] or 0.0
        self.unpriced += body["cost_usd"] is None


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Sums by each field that is asked for; costs are those of outcomes, before and after."""
    groups = values["by"] or _USUAL
    for field in groups:
        if field not in fields() and not field.startswith(("facts.", "detail.")):
            raise UsageError(f"`--by`: an event has no field `{field}`")
    wanted = wanted_of(values, around.clock(), newest_first=False)
    with reading(log_of(around)) as connection:
        total, sums, unreadable = _summed(() if connection is None else find(connection, wanted), groups)
    plain = {
        "total": _plain(total),
        "unreadable": unreadable,
        "by": {field: {value: _plain(one) for value, one in found.items()} for field, found in sums.items()},
    }
    return Result(plain, lambda colour: _text(total, sums, unreadable))


def _summed(events: Iterable[Found], groups: Iterable[str]) -> tuple[Sum, dict[str, dict[str, Sum]], int]:
    total, unreadable = Sum(), 0
    sums: dict[str, dict[str, Sum]] = {field: {} for field in groups}
    for event in events:
        if event.body is None:
            unreadable += 1
            continue
        total.add(event.body)
        for field, found in sums.items():
            value = value_of(field, event)
            for one in value if isinstance(value, list) else [value]:
                name = "-" if one is None else str(one)
                found.setdefault(name, Sum()).add(event.body)
    return total, sums, unreadable


def _plain(one: Sum) -> dict[str, Any]:
    costs = {"estimated_usd": round(one.estimated_usd, 9), "cost_usd": round(one.cost_usd, 9)}
    return {"events": one.events, **costs, "unpriced": one.unpriced}


def _text(total: Sum, sums: Mapping[str, Mapping[str, Sum]], unreadable: int) -> str:
    if not total.events and not unreadable:
        return "no event fits"
    lines = [f"{total.events:,} events; outcomes cost {money(total.cost_usd)} of {money(total.estimated_usd)} estimated"]
    if total.unpriced:
        lines.append(f"{total.unpriced:,} outcomes have no known price")
    if unreadable:
        lines.append(f"{unreadable:,} events are unreadable: `llm-router audit verify` names them")
    for field, found in sums.items():
        rows = sorted(found.items(), key=lambda item: -item[1].events)[:20]
        cells = [(f"  {printable(value)}", f"{one.events:,}", money(one.cost_usd) if one.cost_usd else "") for value, one in rows]
        lines += [field, columns(cells)]
    return "\n".join(lines)


OPERATION = Operation(
    name="audit stats",
    summary="how many events of which kind, and what they cost, by any field",
    description="Counts events and sums the cost of outcomes, by the usual fields or by those that --by names.",
    parameters=(*FILTERS, Parameter("by", "a field to count by; repeatable", many=True, metavar="FIELD")),
    run=run,
    example="llm-router audit stats --since 7d --by model --by facts.branch",
)
