"""Named periods of reports as moments; days and months are UTC, as caps count them."""

from datetime import UTC, datetime, timedelta

from router.base.failures import UsageError
from router.record.money import micros

PERIODS = ("today", "week", "month", "all")


def since(period: str, now: datetime) -> int | None:
    """Where a period begins (UTC microseconds); None for all. `week` is the last seven days, today among them."""
    start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match period:
        case "today":
            return micros(start)
        case "week":
            return micros(start - timedelta(days=6))
        case "month":
            return micros(start.replace(day=1))
        case "all":
            return None
    raise UsageError(f"a period is one of {', '.join(PERIODS)}, found `{period}`")
