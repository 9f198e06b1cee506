"""`forecast`: where spending is heading, and when a limit would be reached."""

import calendar
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from router.base.failures import UsageError
from router.base.render import printable
from router.engine.reading import open_reader
from router.ops.money_words import dollars, percent
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.forecast import DAYS, LEAST_DAYS, Forecast, forecast
from router.record.money import micros
from router.record.store import Store
from router.record.sums import DAY_US, sums


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The forecast from the last seven whole UTC days; a limit comes from `--limit`, else the policy's monthly cap."""
    limit = values["limit"]
    if limit is not None and not 0 < limit < 1e9:
        raise UsageError(f"`--limit` is an amount in US dollars above 0, found {limit}")
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    if limit is None:
        limit = reader.settings.monthly_cap
    now = around.clock().astimezone(UTC)
    days, spent, calls = ((), 0.0, 0) if reader.store is None else spending(reader.store, now, values["provider"])
    found = forecast(days, spent, calendar.monthrange(now.year, now.month)[1] - now.day, limit)
    plain = {"provider": values["provider"], "days": len(days), "month_to_date_usd": spent, "calls_in_7_days": calls,
             "limit_usd": limit, "forecast": None if found is None else found._asdict()}  # fmt: skip
    return Result(plain, lambda _: _text(found, days, spent, calls, limit))


def spending(store: Store, now: datetime, provider: str | None = None) -> tuple[tuple[float, ...], float, int]:
    """The whole days' spending, oldest first, from the first day with a call on, at most seven; the month's so far; the calls."""
    where: dict[str, Any] = {} if provider is None else {"provider": provider}
    today = micros(now.replace(hour=0, minute=0, second=0, microsecond=0)) // DAY_US
    start = (today - DAYS) * DAY_US
    by_day = {int(each.by["day"]): each for each in sums(store, ("day",), since=start, until=today * DAY_US, **where)}
    month = sums(store, (), since=micros(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)), **where)
    first = min(by_day, default=today)
    if first > today - DAYS and sums(store, (), until=start, **where):
        first = today - DAYS
    days = tuple(by_day[day].cost_usd if day in by_day else 0.0 for day in range(first, today))
    return days, sum(each.cost_usd for each in month), sum(each.attempts for each in by_day.values())


def _text(found: Forecast | None, days: tuple[float, ...], spent: float, calls: int, limit: float | None) -> str:
    title = "Burn-Rate Forecast"
    if found is None:
        return f"{title}\nnot enough data: {len(days)} whole day(s) since the first call of the last {DAYS}, {LEAST_DAYS} are needed"
    lines = [title, f"Current pace: {dollars(found.pace_usd * 30)}/month ({calls} calls in {len(days)} days)"]
    lines.append(f"This month: {dollars(spent)} so far, {dollars(found.month_usd)} expected by its end")
    if limit is not None:
        lines.append(f"Days to limit: {_limit_words(found, limit)}")
    lines.append(f"Confidence: {percent(found.confidence)} ({len(days)} day{'s' if len(days) > 1 else ''} of data)")
    return "\n".join(printable(line) for line in lines)


def _limit_words(found: Forecast, limit: float) -> str:
    if found.days_to_limit is None:
        return f"{dollars(limit)} is not reached this month"
    if found.days_to_limit == 0:
        return f"{dollars(limit)} is reached"
    return f"{found.days_to_limit} days remaining until {dollars(limit)} is reached"


OPERATION = Operation(
    name="forecast",
    summary="where spending is heading, and when the monthly limit would be reached",
    description=(
        "Damped-trend exponential smoothing over the last seven whole UTC days, days without spending counted. The confidence follows "
        "from how well each of those days was foreseen from the ones before it."
    ),
    parameters=(
        Parameter("limit", "a monthly limit in US dollars; left out: the policy's", kind="number", metavar="USD"),
        Parameter("provider", "only this provider's calls"),
    ),
    run=run,
    example="llm-router forecast --limit 20",
)
