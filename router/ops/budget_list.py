"""`budget list`: every cap in force, where it stands, and what counts against it."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import StoreError
from router.base.render import printable
from router.engine.reading import open_reader
from router.engine.router import Router
from router.model.decision import Cap
from router.ops.money_words import dollars, percent
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.budgets import Pressure, pressures
from router.table.caps import CapInForce, caps_of

_WIDTH = 20
_EMPTY = (
    "no budget is set: nothing limits spending\n"
    "`llm-router budget set PROVIDER USD` caps a provider's month; `cap total at $5.00/day` in a rule caps anything"
)


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The caps of all layers with spend, reserved money and pressure in their present period."""
    router = Router.load(around.cwd, environ=around.environ, clock=around.clock, policy_dir=values["policy"])
    in_force = caps_of(router.decider.table)
    if not in_force:
        return Result({"caps": []}, lambda _: _EMPTY)
    found = _found([each.cap for each in in_force], values["session"], around)
    known = found is not None
    rows = [
        _plain(each, pressure)
        for each, pressure in zip(in_force, found or [Pressure(each.cap, None, None) for each in in_force], strict=True)
    ]
    return Result({"caps": rows}, lambda _: _text(rows, known), 0 if known else 1)


def _found(caps: list[Cap], session: str | None, around: Surroundings) -> tuple[Pressure, ...] | None:
    """What counts against the caps; None, with a warning, when the store cannot be read."""
    try:
        store = open_reader(around.cwd, around.environ, around.clock, around.warn).store
        if store is not None:
            return pressures(store, caps, around.clock(), session)
    except StoreError as failure:
        around.warn(f"{failure}; what was spent is not known")
        return None
    return tuple(Pressure(cap, *_nothing(cap.scope[0])) for cap in caps)


def _nothing(scope: str) -> tuple[float | None, float | None]:
    return (None, None) if scope in ("session", "call") else (0.0, 0.0)


def _plain(each: CapInForce, pressure: Pressure) -> dict[str, Any]:
    return {
        "scope": each.cap.scope[0], "name": each.cap.scope[1] if len(each.cap.scope) > 1 else None,
        "usd": each.cap.usd, "period": each.cap.period, "spent_usd": pressure.spent_usd,
        "reserved_usd": pressure.reserved_usd, "pressure": pressure.fraction, "rule": each.cap.rule,
        "layer": each.layer, "from": f"{each.file}:{each.line}", "when": each.when,
    }  # fmt: skip


def _text(rows: list[dict[str, Any]], known: bool) -> str:
    heads = [f"{row['scope']} {row['name'] or ''}".strip() for row in rows]
    width = max(map(len, heads))
    lines = []
    for head, row in zip(heads, rows, strict=True):
        lines.append(f"{head:<{width}}  {dollars(row['usd'])}/{row['period']}  {_state(row) if known else 'spend not known'}")
        condition = f" when {row['when']}" if row["when"] else ""
        lines.append(f"{'':<{width}}    [{row['layer']}: {row['from']}] {row['rule']}{condition}")
    return "\n".join(printable(line) for line in lines)


def _state(row: Mapping[str, Any]) -> str:
    if row["pressure"] is None:
        return f"counts for each {row['scope']}"
    reserved = f" + {dollars(row['reserved_usd'])} reserved" if row["reserved_usd"] else ""
    return f"{_bar(row['pressure'])} {percent(row['pressure']):>4}  {dollars(row['spent_usd'])} spent{reserved}"


def _bar(fraction: float) -> str:
    full = min(_WIDTH, int(fraction * _WIDTH))
    return "█" * full + "░" * (_WIDTH - full)


OPERATION = Operation(
    name="budget list",
    summary="every cap in force, where it stands, and how full it is",
    description="Lists the caps of all layers with what was spent and is reserved in their present day or month (UTC).",
    parameters=(
        Parameter("session", "show caps of a session as they stand in this one", metavar="ID"),
        Parameter(
            "policy", "a folder whose policy stands in for the repository's", kind="path", metavar="DIR"
        ),
    ),
    run=run,
    example="llm-router budget list",
)
