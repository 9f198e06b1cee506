"""How hooks went lately, by host and event."""

from typing import NamedTuple

from sqlalchemy import func, not_, select

from router.record.store import Store
from router.record.tables import HOOKS


class HookHealth(NamedTuple):
    """Runs of one host's event: how many, how many failed, the longest in milliseconds, the latest error's class."""

    host: str
    event: str
    ran: int
    failed: int
    worst_ms: float | None
    last_error: str | None


def hook_health(store: Store, since: int) -> tuple[HookHealth, ...]:
    """Every host and event since a time in microseconds since 1970, ordered by name."""
    wanted = (HOOKS.c.host, HOOKS.c.event)
    counted = (
        select(*wanted, HOOKS.c.ok, func.count(), func.max(HOOKS.c.ms))
        .where(HOOKS.c.at >= since)
        .group_by(*wanted, HOOKS.c.ok)
    )
    failed = select(*wanted, HOOKS.c.error).where(HOOKS.c.at >= since, not_(HOOKS.c.ok)).order_by(HOOKS.c.at)
    with store.read() as connection:
        rows = connection.execute(counted).all()
        errors = {(host, event): error for host, event, error in connection.execute(failed.limit(10_000))}
    found: dict[tuple[str, str], HookHealth] = {}
    for host, event, ok, count, worst in rows:
        old = found.get((host, event), HookHealth(host, event, 0, 0, None, errors.get((host, event))))
        longest = max((ms for ms in (old.worst_ms, worst) if ms is not None), default=None)
        found[host, event] = old._replace(
            ran=old.ran + count, failed=old.failed + (0 if ok else count), worst_ms=longest
        )
    return tuple(found[key] for key in sorted(found))
