"""`status`: spending, savings and what needs a look, on one page."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import StoreError
from router.base.render import printable
from router.engine.reading import Reader, open_reader
from router.ops.money_words import dollars
from router.ops.operation import Operation, Result, Surroundings
from router.ops.periods import PERIODS, since
from router.ops.savings_words import left_out, saved_words, savings_in, savings_record
from router.record.approvals import Approvals
from router.record.sums import Sum, sums

_MOST_MODELS = 5


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Savings by period, the models most called this month, approvals that wait, and whether records are kept."""
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    now = around.clock()
    periods = [(period, savings_in(reader, since(period, now))) for period in PERIODS]
    models = _models(reader, since("month", now))
    waiting = _waiting(reader)
    plain = {
        "periods": {period: savings_record(savings) for period, savings in periods},
        "models": [{"model": each.by["model"], "calls": each.answered, "usd": each.cost_usd} for each in models],
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
            lines += [f"  {each.by['model']}  {each.answered} answered, {each.failed} failed, {dollars(each.cost_usd)}" for each in models]
        if waiting:
            lines += ["", f"{waiting} call(s) wait for approval: `llm-router approve list`"]
        if plain["spool_waiting"]:
            lines += ["", "records wait in the spool: the store could not take them"]
        if not plain["audit"]:
            lines += ["", "the audit log is off: its keys cannot be read"]
        return "\n".join(printable(line) for line in lines)

    return Result(plain, text)


def _models(reader: Reader, start: int | None) -> list[Sum]:
    if reader.store is None:
        return []
    found = sums(reader.store, ("model",), since=start)
    return sorted(found, key=lambda each: -each.attempts)[:_MOST_MODELS]


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
