"""How full budgets are: spend and pressure as facts for decisions, and every cap with what counts against it."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, or_, select

from router.base.clock import Clock
from router.facts.keys import fact_key
from router.model.decision import Cap
from router.model.terms import TASKS
from router.record.caps import cap_key
from router.record.direct import Direct
from router.record.money import day, micros, month, usd
from router.record.snapshot import write_snapshot
from router.record.store import Store
from router.record.tables import CALLS, TALLIES
from router.record.tallies import Key, Sums, standing

_LATEST_CALLS = 200
_EVERY_US = 1_000_000


class Pressure(NamedTuple):
    """A cap and what counts against it in its present period, in US dollars; None: it is a session's or a call's."""

    cap: Cap
    spent_usd: float | None
    reserved_usd: float | None

    @property
    def fraction(self) -> float | None:
        """(spent + reserved) / cap; a cap of nothing is always full."""
        if self.spent_usd is None or self.reserved_usd is None:
            return None
        return (self.spent_usd + self.reserved_usd) / self.cap.usd if self.cap.usd > 0 else 1.0


def pressures(store: Store, caps: Iterable[Cap], now: datetime, session: str | None = None) -> tuple[Pressure, ...]:
    """Each cap with its spend; a session's only when the session is given. Raises `StoreError`."""
    keyed = [(cap, cap_key(cap, session, micros(now))) for cap in caps]
    with store.read() as connection:
        sums = standing(connection, {key for _, key in keyed if key is not None})
    return tuple(_pressure(cap, None if key is None else sums[key]) for cap, key in keyed)


def spend_facts(
    store: Store, caps: Iterable[Cap], now: datetime, session: str | None = None, providers: Iterable[str] = ()
) -> dict[str, float]:
    """The facts `spend(…)` and `pressure(…)` by key; raises `StoreError`.

    `caps` are those that always hold; a provider's pressure is that of its fullest cap, and zero for one of `providers`
    that has none. Spend is known, if zero, for every task and for each of `providers`.
    """
    with store.read() as connection:
        return spend_facts_in(connection, caps, now, session, providers)


def spend_facts_in(
    connection: Connection, caps: Iterable[Cap], now: datetime, session: str | None, providers: Iterable[str]
) -> dict[str, float]:
    """As `spend_facts`, within a transaction that reads."""
    facts = _facts(connection, caps, now, providers)
    found = dict(facts.month)
    for key, value in facts.day.items():
        found[key] = max(value, found.get(key, 0.0))
    if session is not None:
        found[fact_key("spend", "session")] = _of_sessions(connection, (session,))[session]
    return found


class Snapshots:
    """Writes the file that hooks read, at most once a second."""

    def __init__(
        self, store: Store, path: Path, caps: Iterable[Cap], clock: Clock, providers: Iterable[str] = ()
    ) -> None:
        self._store, self._path, self._clock = store, path, clock
        self.caps, self._providers = tuple(caps), tuple(providers)
        self._last: int | None = None

    @property
    def is_due(self) -> bool:
        """Whether it was not written within the last second."""
        return self._last is None or not 0 <= micros(self._clock()) - self._last < _EVERY_US

    def refresh(self) -> None:
        """Writes it anew when that is due; raises `StoreError` or `OSError`."""
        if self.is_due:
            now = self._clock()
            self._last = micros(now)
            write_snapshot(self._path, snapshot(self._store, self.caps, now, self._providers))


def snapshot(store: Store, caps: Iterable[Cap], now: datetime, providers: Iterable[str] = ()) -> dict[str, Any]:
    """What hooks need to know of spending: facts by day and month, and the latest sessions' spend."""
    with store.read() as connection:
        facts = _facts(connection, caps, now, providers)
        latest = connection.execute(select(CALLS.c.session).order_by(CALLS.c.at.desc()).limit(_LATEST_CALLS)).scalars()
        sessions = _of_sessions(connection, dict.fromkeys(name for name in latest if name is not None))
    at = micros(now)
    return {"at": at, "days": [day(at), month(at)], "day": facts.day, "month": facts.month, "sessions": sessions}


class _Facts(NamedTuple):
    """Facts that count by the day, and those that count by the month."""

    day: dict[str, float]
    month: dict[str, float]


def _facts(connection: Connection, caps: Iterable[Cap], now: datetime, providers: Iterable[str]) -> _Facts:
    at, known = micros(now), tuple(providers)
    periods = {day(at): "day", month(at): "month"}
    found = _Facts(_zero("day", known), _zero("month", known))
    found.month.update({fact_key("pressure", name): 0.0 for name in known})
    rows = _OF_PERIODS(connection, {"of_day": day(at), "of_month": month(at)}).all()
    sums: dict[Key, Sums] = {}
    for row in rows:
        period = periods[row.period]
        sums[row.scope, row.name, row.period] = Sums(row.spent_nano, row.reserved_nano)
        argument = f"{row.scope} {row.name}" if row.name else row.scope
        (found.day if period == "day" else found.month)[fact_key("spend", argument, period)] = usd(row.spent_nano)
    for cap in caps:
        key = cap_key(cap, None, at)
        if cap.scope[0] == "provider" and key is not None:
            fact, of = fact_key("pressure", cap.scope[1]), found.day if cap.period == "day" else found.month
            of[fact] = max(of.get(fact, 0.0), _pressure(cap, sums.get(key, Sums())).fraction or 0.0)
    return found


_OF_PERIODS = Direct(
    select(TALLIES).where(or_(TALLIES.c.period == bindparam("of_day"), TALLIES.c.period == bindparam("of_month")))
)


def _zero(period: str, providers: tuple[str, ...]) -> dict[str, float]:
    return dict.fromkeys(_known_keys(period, providers), 0.0)


@lru_cache(maxsize=64)
def _known_keys(period: str, providers: tuple[str, ...]) -> tuple[str, ...]:
    arguments = ["total", *(f"task {task}" for task in TASKS), *(f"provider {name}" for name in providers)]
    return tuple(fact_key("spend", argument, period) for argument in arguments)


def _pressure(cap: Cap, sums: Sums | None) -> Pressure:
    return Pressure(cap, None, None) if sums is None else Pressure(cap, usd(sums.spent), usd(sums.reserved))


def _of_sessions(connection: Connection, sessions: Iterable[str]) -> dict[str, float]:
    keys: dict[Key, str] = {("session", name, ""): name for name in sessions}
    return {keys[key]: usd(sums.spent) for key, sums in standing(connection, keys).items()}
