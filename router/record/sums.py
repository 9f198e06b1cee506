"""Sums over the ledger, grouped by its columns: what every report is made from."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from router.record.money import usd
from router.record.store import Store
from router.record.tables import CALLS

DAY_US = 86_400 * 1_000_000
_C = CALLS.c
_DAY = _C.at // DAY_US
_TELLING = ("session", "day", "model", "task")
"""Columns that tell most rows apart; grouped by them first, a database compares less: a quarter of the time."""

BY = ("kind", "provider", "model", "task", "complexity", "host", "repo", "user", "session", "source", "outcome")
"""Columns that sums can be grouped by, beside `day`."""


class Sum(NamedTuple):
    """One group: `by` its values by column (`day` in days since 1970), then what its attempts come to.

    `cost_usd` is of attempts whose price is known; `unpriced` counts the others. The `answered_…` fields and tokens
    are of attempts that answered (media and cache among them), the baseline's price follows from them.
    """

    by: Mapping[str, Any]
    attempts: int
    answered: int
    failed: int
    unpriced: int
    estimated: int
    cost_usd: float
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    latency_ms: float


def sums(
    store: Store, by: Iterable[str], *, since: int | None = None, until: int | None = None, **where: Any
) -> list[Sum]:
    """The ledger's sums between two moments (UTC microseconds), `where` holding values that columns must have."""
    names = tuple(by)
    columns = {name: (_DAY if name == "day" else _C[name]).label(f"by_{name}") for name in names}
    answered = case((_C.outcome == "answered", 1), else_=0)
    wanted = select(
        *columns.values(),
        func.count().label("attempts"),
        func.sum(answered).label("answered"),
        func.sum(case((_C.cost_nano.is_(None), 1), else_=0)).label("unpriced"),
        func.sum(case((_C.estimated, 1), else_=0)).label("estimated"),
        func.coalesce(func.sum(_C.cost_nano), 0).label("cost"),
        func.sum(_C.input_tokens).label("input"),
        func.sum(_C.output_tokens).label("output"),
        func.sum(_C.cached_tokens).label("cached"),
        func.sum(_C.latency_ms * answered).label("latency"),
    )
    if since is not None:
        wanted = wanted.where(_C.at >= since)
    if until is not None:
        wanted = wanted.where(_C.at < until)
    for name, value in where.items():
        wanted = wanted.where(_C[name] == value)
    if columns:
        first = [name for name in _TELLING if name in columns]
        wanted = wanted.group_by(*(columns[name] for name in (*first, *(n for n in names if n not in first))))
        wanted = wanted.order_by(*columns.values())
    with store.read() as connection:
        rows = connection.execute(wanted).all()
    return [_sum(names, row) for row in rows if row.attempts]


def _sum(names: tuple[str, ...], row: Any) -> Sum:
    answered = int(row.answered or 0)
    return Sum(
        by={name: getattr(row, f"by_{name}") for name in names},
        attempts=row.attempts,
        answered=answered,
        failed=row.attempts - answered,
        unpriced=int(row.unpriced or 0),
        estimated=int(row.estimated or 0),
        cost_usd=usd(int(row.cost)),
        input_tokens=int(row.input or 0),
        output_tokens=int(row.output or 0),
        cached_tokens=int(row.cached or 0),
        latency_ms=float(row.latency or 0.0) / answered if answered else 0.0,
    )
