"""`llm_usage`: subscription, calls, spending, savings and forecast on one page."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Operation, Parameter, Result, Surroundings

_PERIODS = ("today", "week", "month", "all")


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The page: what commands of the same matters give, put together."""
    from router.engine.quotas import read_quotas, tokens_since
    from router.engine.reading import open_reader
    from router.ops.money_words import dollars
    from router.ops.periods import since
    from router.ops.quota_words import quota_lines, quota_record
    from router.ops.reused import same_as
    from router.record.money import moment
    from router.record.sums import sums

    now = around.clock()
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    start = since(values["period"], now)
    quotas = read_quotas(reader.places.user, now)
    groups = [] if reader.store is None else sums(reader.store, ("provider",), since=start)
    plan = tokens_since(reader.places.user, "" if start is None else moment(start).date().isoformat())
    savings = same_as("savings", period=values["period"])({}, around)
    forecast = same_as("forecast")({}, around)
    rows = [
        {
            "provider": g.by["provider"], "calls": g.attempts, "failed": g.failed,
            "tokens": g.input_tokens + g.output_tokens, "usd": g.cost_usd,
        }
        for g in groups
    ]  # fmt: skip
    plain = {
        "period": values["period"], "calls": sum(r["calls"] for r in rows), "usd": sum(g.cost_usd for g in groups),
        "providers": rows, "subscription": [quota_record(q) for q in quotas], "subscription_tokens": plan,
        "savings": savings.plain, "forecast": forecast.plain,
    }  # fmt: skip

    def text(colour: bool) -> str:
        lines = ["CLAUDE SUBSCRIPTION", *(quota_lines(quotas) or ["not known (llm_check_usage)"])]
        lines += [f"{model}: {count:,} tokens" for model, count in plan.items()]
        lines += ["", f"CALLS ({values['period']})"]
        lines += [f"{r['provider']:<14} {r['calls']} calls, {r['failed']} failed, {r['tokens']:,} tokens, {dollars(r['usd'])}" for r in rows]
        lines += [] if rows else ["none"]
        return "\n".join([*lines, "", "SAVINGS", savings.text(colour), "", "FORECAST", forecast.text(colour)])

    return Result(plain, text)


OPERATION = Operation(
    name="llm_usage",
    summary="subscription, spending, savings and forecast on one page",
    description="One page: subscription, calls and spending by provider, savings, forecast.",
    parameters=(Parameter("period", "", default="today", choices=_PERIODS),),
    run=run,
    output={"calls": {"type": "integer"}, "usd": {"type": "number"}},
    example="llm-router llm_usage --period month",
)
