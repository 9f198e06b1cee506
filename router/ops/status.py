"""`status`: spending, savings and what needs a look, on one page."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from router.base.failures import StoreError
from router.base.render import printable
from router.engine.reading import Reader, open_reader
from router.ops.money_words import dollars
from router.ops.operation import Operation, Result, Surroundings
from router.ops.periods import PERIODS
from router.ops.savings_words import left_out, saved_words, savings_by_period, savings_record
from router.record.approvals import Approvals
from router.record.sums import Sum

_MOST_MODELS = 5


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Savings by period, the models most called this month, approvals that wait, and whether records are kept."""
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    now = around.clock()
    periods, month = savings_by_period(reader, now)
    models = _models(month)
    waiting = _waiting(reader)
    plain = {
        "periods": {period: savings_record(savings) for period, savings in periods},
        "models": [row._asdict() for row in models],
        "approvals_waiting": waiting,
        "store": reader.records.store.shown,
        "recorded": reader.store is not None,
        "spool_waiting": reader.records.spool.waiting(),
        "audit": reader.records.auditor is not None,
    }

    def text(_: bool) -> str:
        if reader.store is None:
            return f'nothing is recorded yet in {reader.records.store.shown}: `llm-router ask "PROMPT"` routes a prompt'
        width = max(map(len, PERIODS))
        lines = [f"{period:<{width}}  {saved_words(savings)}" for period, savings in periods]
        lines += [f"{'':<{width}}  not counted: {line}" for line in left_out(periods[-1][1])]
        if models:
            lines += ["", "models this month"]
            lines += [f"  {row.model}  {row.answered} answered, {row.failed} failed, {dollars(row.usd)}" for row in models]
        if waiting:
            lines += ["", f"{waiting} call(s) wait for approval: `llm-router approve list`"]
        if plain["spool_waiting"]:
            lines += ["", "records wait in the spool: the store could not take them"]
        if not plain["audit"]:
            lines += ["", "the audit log is off: its keys cannot be read"]
        return "\n".join(printable(line) for line in lines)

    return Result(plain, text)


class _Model(NamedTuple):
    model: str
    answered: int
    failed: int
    usd: float


def _models(month: list[Sum]) -> list[_Model]:
    """The models most called."""
    found: dict[str, list[Sum]] = {}
    for each in month:
        found.setdefault(each.by["model"], []).append(each)
    rows = [
        _Model(model, sum(e.answered for e in group), sum(e.failed for e in group), sum(e.cost_usd for e in group))
        for model, group in found.items()
    ]
    return sorted(rows, key=lambda row: -row.answered - row.failed)[:_MOST_MODELS]


def _waiting(reader: Reader) -> int:
    if reader.store is None:
        return 0
    try:
        return len(Approvals(reader.store, reader.clock).waiting())
    except StoreError:
        return 0


OPERATION = Operation(
    name="status",
    summary="spending, savings and what needs a look",
    description="Savings by period against the policy's baseline, the models most called this month, approvals that wait, the state of the records.",
    parameters=(),
    run=run,
    example="llm-router status",
)
