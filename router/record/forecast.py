"""Where spending is heading: damped-trend exponential smoothing over the last seven UTC days."""

import math
from collections.abc import Sequence
from typing import NamedTuple

DAYS = 7
LEAST_DAYS = 3
"""Fewer days than this since the first spending give no forecast."""

LEVEL, TREND, DAMPING = 0.5, 0.3, 0.8


class Forecast(NamedTuple):
    """A forecast in US dollars.

    `daily` are the days it rests on, oldest first, those without spending among them. `pace_usd` is the next day's,
    `month_usd` the calendar month's total by its end. `days_to_limit` counts from today until the month's limit is
    reached, None when it is not before the month ends and spending begins anew; 0: it is reached. `confidence` is 1 less the root mean square of the
    one-day-ahead errors relative to the mean day, times the share of the seven days there are.
    """

    daily: tuple[float, ...]
    pace_usd: float
    trend_usd: float
    month_usd: float
    limit_usd: float | None
    days_to_limit: int | None
    confidence: float


def forecast(
    daily: Sequence[float], month_to_date_usd: float, days_left: int, limit_usd: float | None
) -> Forecast | None:
    """The forecast from the spending of up to seven whole days, oldest first; None for fewer than `LEAST_DAYS`.

    `days_left` are the days of the month after today; today counts as one more of the forecast's days. Holt's method
    with a damped trend (Gardner and McKenzie, Management Science 31, 1985): level and trend follow each day, and the
    k-th day ahead is level + trend * (damping + … + damping^k), never below zero.
    """
    days = tuple(daily)[-DAYS:]
    if len(days) < LEAST_DAYS:
        return None
    level, trend = days[0], 0.0
    errors = []
    for day in days[1:]:
        expected = max(0.0, level + DAMPING * trend)
        errors.append(day - expected)
        before = level
        level = LEVEL * day + (1 - LEVEL) * (level + DAMPING * trend)
        trend = TREND * (level - before) + (1 - TREND) * DAMPING * trend
    ahead = _ahead(level, trend, days_left + 1)
    return Forecast(
        daily=days,
        pace_usd=ahead[0],
        trend_usd=trend,
        month_usd=month_to_date_usd + sum(ahead),
        limit_usd=limit_usd,
        days_to_limit=_days_to(limit_usd, month_to_date_usd, ahead),
        confidence=_confidence(days, errors),
    )


def _ahead(level: float, trend: float, count: int) -> list[float]:
    found, weight, factor = [], 0.0, 1.0
    for _ in range(count):
        factor *= DAMPING
        weight += factor
        found.append(max(0.0, level + weight * trend))
    return found


def _days_to(limit: float | None, spent: float, ahead: Sequence[float]) -> int | None:
    if limit is None:
        return None
    if spent >= limit:
        return 0
    for number, day in enumerate(ahead, 1):
        spent += day
        if spent >= limit:
            return number
    return None


def _confidence(days: Sequence[float], errors: Sequence[float]) -> float:
    mean = sum(days) / len(days)
    if mean <= 0:
        return 0.0
    error = math.sqrt(sum(each * each for each in errors) / len(errors))
    return max(0.0, 1.0 - error / mean) * len(days) / DAYS
