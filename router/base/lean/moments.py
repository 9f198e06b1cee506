"""Stands in for `datetime`: its C half alone, which is all that newer Pythons load too."""

# mypy: ignore-errors

from _datetime import date, datetime, timedelta, timezone

UTC = timezone.utc
__all__ = ["UTC", "date", "datetime", "timedelta", "timezone"]
