"""Subscription windows in words and as data, the same in every report."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from router.engine.quotas import Quota

_WIDTH = 20


def quota_record(quota: "Quota") -> dict[str, Any]:
    """A window's fields, JSON-able."""
    return {"window": quota.name, "used": quota.used, "said_at": quota.at.isoformat(), "until": quota.until.isoformat()}


def quota_lines(quotas: "Iterable[Quota]") -> list[str]:
    """One line a window, with a bar."""
    return [f"{quota.name:<15} {_bar(quota.used)} {quota.used:>4.0%}  until {quota.until:%a %H:%M}" for quota in quotas]


def _bar(fraction: float) -> str:
    full = max(0, min(_WIDTH, int(fraction * _WIDTH)))
    return "█" * full + "░" * (_WIDTH - full)
