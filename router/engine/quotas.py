"""How much of a subscription's windows is used, as a host's status line or the person last said; kept in the user's folder."""

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from router.base.failures import UsageError
from router.base.files import write_atomically
from router.engine import hook_quota
from router.facts.keys import fact_key

FILE = "quotas.json"
WINDOWS = {
    "five_hour": ("claude.session", 5 * 3600),
    "seven_day": ("claude.weekly", 7 * 86400),
    "seven_day_opus": ("claude.opus", 7 * 86400),
    "seven_day_sonnet": ("claude.sonnet", 7 * 86400),
}
"""Anthropic's window to our name for it and its length in seconds."""

_MOST_BYTES = 64 * 1024
_DAYS_KEPT = 40


class Quota(NamedTuple):
    """One window: the share used, when that was said, and until when it counts."""

    name: str
    used: float
    at: datetime
    until: datetime


def read_quotas(user: Path, now: datetime) -> list[Quota]:
    """The windows that still count; a file that is not what we wrote is as good as none."""
    found = []
    for name, row in _read(user).get("windows", {}).items():
        try:
            quota = Quota(str(name), float(row["used"]), _moment(row["at"]), _moment(row["until"]))
        except (KeyError, TypeError, ValueError):
            continue
        if math.isfinite(quota.used) and quota.until > now:
            found.append(quota)
    return sorted(_with_hosts(found, user, now))


def _with_hosts(found: list[Quota], user: Path, now: datetime) -> list[Quota]:
    """The windows with those that a host said later, or that only a host said."""
    latest = {quota.name: quota for quota in found}
    for name, window in hook_quota.read_windows(user / hook_quota.FILE).items():
        with suppress(ValueError, OverflowError, OSError):
            at, until = (datetime.fromtimestamp(moment, now.tzinfo) for moment in (window.said_s, window.ends_s))
            known = latest.get(name)
            if until > now and math.isfinite(window.used) and (known is None or known.at < at):
                latest[name] = Quota(name, window.used, at, until)
    return list(latest.values())


def quota_facts(user: Path, now: datetime) -> dict[str, float]:
    """The facts `quota(…)` by key."""
    return {fact_key("quota", quota.name): quota.used for quota in read_quotas(user, now)}


def keep_quotas(user: Path, plain: Mapping[str, Any], now: datetime) -> list[Quota]:
    """Keeps what Anthropic's usage page says; raises `UsageError` when it says nothing of the kind."""
    quotas = []
    for window, (name, length_s) in WINDOWS.items():
        row = plain.get(window)
        if not isinstance(row, Mapping):
            continue
        used = row.get("utilization")
        if not isinstance(used, int | float) or isinstance(used, bool) or not 0 <= used <= 1000:
            raise UsageError(f"`{window}.utilization` is a percentage, found {str(used)[:40]}")
        quotas.append(Quota(name, used / 100, now, _reset(row.get("resets_at"), now, length_s)))
    if not quotas:
        raise UsageError(f"no window is in it: it has {', '.join(f'`{each}`' for each in WINDOWS)} with a `utilization`")
    held = _read(user)
    windows = {**held.get("windows", {}), **{q.name: _row(q) for q in quotas}}
    _write(user, {**held, "windows": windows})
    told = [(quota.name, quota.used, quota.until.timestamp()) for quota in quotas]
    hook_quota.keep_quotas(user / hook_quota.FILE, told, now.timestamp())
    return quotas


def add_tokens(user: Path, model: str, tokens: int, now: datetime) -> int:
    """Counts tokens that a subscription paid for; the model's sum of the day."""
    held = _read(user)
    days = {day: dict(sums) for day, sums in held.get("tokens", {}).items() if isinstance(sums, dict)}
    today = days.setdefault(now.date().isoformat(), {})
    today[model] = int(today.get(model, 0)) + tokens
    kept = dict(sorted(days.items())[-_DAYS_KEPT:])
    _write(user, {**held, "tokens": kept})
    return int(today[model])


def tokens_since(user: Path, day: str) -> dict[str, int]:
    """Tokens that subscriptions paid for, by model, from an ISO date on."""
    found: dict[str, int] = {}
    for each, sums in _read(user).get("tokens", {}).items():
        if each >= day and isinstance(sums, dict):
            for model, count in sums.items():
                found[model] = found.get(model, 0) + int(count)
    return found


def _row(quota: Quota) -> dict[str, Any]:
    return {"used": quota.used, "at": quota.at.isoformat(), "until": quota.until.isoformat()}


def _reset(said: Any, now: datetime, length_s: int) -> datetime:
    try:
        moment = _moment(said)
    except (TypeError, ValueError):
        return now + timedelta(seconds=length_s)
    return min(moment, now + timedelta(seconds=length_s))


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.astimezone()


def _read(user: Path) -> dict[str, Any]:
    try:
        with (user / FILE).open("rb") as handle:
            plain = json.loads(handle.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return plain if isinstance(plain, dict) and all(isinstance(v, dict) for v in plain.values()) else {}


def _write(user: Path, plain: Mapping[str, Any]) -> None:
    user.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomically(user / FILE, json.dumps(plain, indent=1).encode())
