"""`savings`: what routing saved against one named baseline, net of everything that was spent."""

from collections.abc import Mapping
from typing import Any

from router.base.render import printable
from router.engine.reading import Reader, open_reader
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.ops.periods import PERIODS, since
from router.ops.savings_words import left_out, saved_words, savings_by_period, savings_record
from router.record.savings import GROUPED_BY, Savings, savings_of
from router.record.sums import sums

_BY = ("host", "task", "complexity", "model", "repo", "user", "session", "day")


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Savings by period, or within one period by a column of the ledger."""
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    now = around.clock()
    if values["by"] is None:
        every, _ = savings_by_period(reader, now)
        rows = [(period, savings) for period, savings in every if values["period"] in (None, period)]
    else:
        rows = _split(reader, values["by"], since(values["period"] or "all", now))
    plain = {
        "baseline": reader.settings.baseline,
        "by": values["by"] or "period",
        "rows": [{"name": name, "savings": savings_record(savings)} for name, savings in rows],
    }
    return Result(plain, lambda _: _text(rows))


def _split(reader: Reader, by: str, start: int | None) -> list[tuple[str, Savings | None]]:
    if reader.store is None or reader.settings.baseline is None:
        return []
    names = dict.fromkeys((*GROUPED_BY, by))
    groups: dict[str, list[Any]] = {}
    for each in sums(reader.store, names, since=start):
        groups.setdefault(_name(by, each.by[by]), []).append(each)
    baseline, catalogue = reader.settings.baseline, reader.catalogue
    found = [(name, savings_of(each, baseline, catalogue)) for name, each in groups.items()]
    if by != "day":
        found.sort(key=lambda item: -item[1].saved_usd)
    return [*found]


def _name(by: str, value: Any) -> str:
    if by == "day":
        from datetime import date, timedelta

        return (date(1970, 1, 1) + timedelta(days=value)).isoformat()
    return "unknown" if value is None else str(value)


def _text(rows: list[tuple[str, Savings | None]]) -> str:
    if not any(savings for _, savings in rows):
        return "nothing was answered yet, so nothing was saved"
    width = max(len(name) for name, _ in rows)
    lines = []
    for name, savings in rows:
        lines.append(f"{name:<{width}}  {saved_words(savings)}")
    lines += [f"not counted: {line}" for line in left_out(rows[-1][1])] if len(rows) else []
    return "\n".join(printable(line) for line in lines)


OPERATION = Operation(
    name="savings",
    summary="what routing saved against the baseline, net of everything that was spent",
    description=(
        "saved = what the baseline would have cost for the same answers - everything spent: failures, retries, judges and "
        "classifiers too. The baseline is the policy's `baseline`. Left out, and said: subscriptions' plans, media, unknown prices."
    ),
    parameters=(
        Parameter("period", "today, week (seven days), month or all; left out: each", choices=PERIODS),
        Parameter("by", "split the period by this", choices=_BY),
    ),
    run=run,
    example="llm-router savings --period month --by task",
)
