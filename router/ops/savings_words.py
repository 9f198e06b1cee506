"""Savings as plain data and in words, the same in every report; the baseline is always named."""

from datetime import datetime
from typing import Any

from router.engine.reading import Reader
from router.ops.money_words import dollars, percent
from router.ops.periods import PERIODS, since
from router.record.savings import GROUPED_BY, Savings, savings_of
from router.record.sums import DAY_US, Sum, sums


def savings_in(reader: Reader, since: int | None, **where: Any) -> Savings | None:
    """The savings since a moment; None when nothing was recorded or no baseline is set."""
    if reader.store is None or reader.settings.baseline is None:
        return None
    return savings_of(sums(reader.store, GROUPED_BY, since=since, **where), reader.settings.baseline, reader.catalogue)


def savings_by_period(reader: Reader, now: datetime) -> tuple[list[tuple[str, Savings | None]], list[Sum]]:
    """The savings of every named period, and this month's sums, from one pass over the ledger."""
    baseline = reader.settings.baseline
    if reader.store is None or baseline is None:
        return [(period, None) for period in PERIODS], []
    every = sums(reader.store, (*GROUPED_BY, "day"))
    inside = {period: _since_day(every, since(period, now)) for period in PERIODS}
    return [(p, savings_of(inside[p], baseline, reader.catalogue)) for p in PERIODS], inside["month"]


def _since_day(every: list[Sum], start: int | None) -> list[Sum]:
    return every if start is None else [each for each in every if each.by["day"] >= start // DAY_US]


def savings_record(savings: Savings | None) -> dict[str, Any] | None:
    if savings is None:
        return None
    share = savings.share
    return {**savings._asdict(), "share": None if share is None else round(share, 4)}


def saved_words(savings: Savings | None) -> str:
    """One line: what was saved against which baseline, and what was spent."""
    if savings is None or not (savings.calls or savings.spent_usd):
        return "no answered calls"
    if not savings.priced:
        return f"{dollars(savings.spent_usd)} spent; no saving is claimed: the price of {savings.baseline} is not known"
    verb, amount = ("saved", savings.saved_usd) if savings.saved_usd >= 0 else ("lost", -savings.saved_usd)
    about = "about " if savings.estimated else ""
    return (
        f"{about}{dollars(amount)} {verb} ({percent(None if savings.share is None else abs(savings.share))}), "
        f"{dollars(savings.spent_usd)} spent, against always {savings.baseline} ({dollars(savings.baseline_usd)})"
    )


def left_out(savings: Savings | None) -> list[str]:
    """What the saving does not count, a line each."""
    if savings is None:
        return []
    lines = []
    if savings.plan_calls:
        lines.append(f"{savings.plan_calls} calls ({savings.plan_tokens:,} tokens) on a subscription's plan: no dollars either way")
    if savings.media_calls:
        lines.append(f"{savings.media_calls} media calls, {dollars(savings.media_usd)}: the baseline makes none")
    if savings.unpriced_calls:
        lines.append(f"{savings.unpriced_calls} calls of unknown price")
    if savings.failed_calls:
        lines.append(f"{savings.failed_calls} attempts failed; what they cost is in what was spent")
    return lines
