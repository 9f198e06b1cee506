"""Money as whole nanodollars and moments as UTC microseconds: what the store counts in."""

import math
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_NANO = 1_000_000_000
_MOST_NANO = 2**62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY_US = 86_400 * 1_000_000


def nano(usd: float) -> int:
    """US dollars as whole nanodollars, rounded; raises `ValueError` for what is no amount: negative, NaN, too large."""
    if not math.isfinite(usd) or usd < 0 or usd * _NANO > _MOST_NANO:
        raise ValueError(f"{usd} is no amount of money")
    return round(usd * _NANO)


def nano_or_unknown(usd: float | None) -> int | None:
    """As `nano`, with None for an amount that is not known or is none."""
    try:
        return None if usd is None else nano(usd)
    except ValueError:
        return None


def usd(amount_nano: int) -> float:
    """Nanodollars as US dollars."""
    return amount_nano / _NANO


def micros(moment: datetime) -> int:
    """A moment as UTC microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(at: int) -> datetime:
    """UTC microseconds since 1970 as a moment in UTC."""
    return _EPOCH + at * _MICROSECOND


def day(at: int) -> str:
    """The UTC day of a moment in microseconds, `2026-11-25`."""
    return _named(at // _DAY_US)[0]


def month(at: int) -> str:
    """The UTC month of a moment in microseconds, `2026-11`."""
    return _named(at // _DAY_US)[1]


@lru_cache(maxsize=64)
def _named(days: int) -> tuple[str, str]:
    """A day by its number since 1970, and its month."""
    began = moment(days * _DAY_US)
    return began.strftime("%Y-%m-%d"), began.strftime("%Y-%m")
