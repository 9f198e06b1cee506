"""`llm_session_spend`: what this session spent, by model and task."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.operation import Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The session's ledger; without a session, raises `UsageError`."""
    from router.engine.reading import open_reader
    from router.ops.money_words import dollars
    from router.record.sums import sums

    session = values["session"] or around.session
    if session is None:
        raise UsageError("`--session` says whose spending")
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    groups = [] if reader.store is None else sums(reader.store, ("model", "task"), session=session)
    rows = [{"model": g.by["model"], "task": g.by["task"], "calls": g.attempts, "usd": g.cost_usd} for g in groups]
    rows.sort(key=lambda row: -float(row["usd"]))
    total, calls = sum(g.cost_usd for g in groups), sum(g.attempts for g in groups)
    lines = [f"{dollars(total)} in {calls} calls"]
    lines += [f"  {row['model']} ({row['task']}): {row['calls']} calls, {dollars(row['usd'])}" for row in rows]
    plain = {"session": session, "usd": total, "calls": calls, "unpriced": sum(g.unpriced for g in groups), "rows": rows}
    return Result(plain, lambda _: "\n".join(lines))


OPERATION = Operation(
    name="llm_session_spend",
    summary="what this session spent",
    description="What this session spent, by model and task.",
    parameters=(Parameter("session", "Another session"),),
    run=run,
    output={"usd": {"type": "number"}, "calls": {"type": "integer"}},
    example="llm-router llm_session_spend --session S",
)
