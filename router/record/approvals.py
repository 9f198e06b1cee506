"""Calls that wait for a person: approved or rejected once, and an approval lets one call through."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Literal, NamedTuple

from sqlalchemy import Connection, Row, select, update

from router.base.clock import Clock
from router.base.failures import UsageError
from router.record.money import micros, moment, nano_or_unknown, usd
from router.record.rows import enter
from router.record.store import Store
from router.record.tables import APPROVALS

State = Literal["pending", "approved", "rejected", "used", "expired"]
WAITS = timedelta(hours=24)
"""How long a call waits for a word, and an approval for its call; then it is expired."""

_SHOWN = 1000


class Approval(NamedTuple):
    """A call that a person was asked about; moments are UTC microseconds."""

    id: str
    at: int
    key: str
    state: State
    decision_id: str | None
    session: str | None
    user: str | None
    repo: str | None
    model: str
    estimate_usd: float | None
    why: str
    decided_at: int | None
    decided_by: str | None


class Approvals:
    """The waiting calls of a store; every method raises `StoreError` when it cannot be used."""

    def __init__(self, store: Store, clock: Clock, *, waits: timedelta = WAITS) -> None:
        self._store, self._clock = store, clock
        self._waits_us = waits // timedelta(microseconds=1)

    def ask(
        self, key: str, *, model: str, why: str, estimate_usd: float | None = None, decision_id: str | None = None,
        session: str | None = None, user: str | None = None, repo: str | None = None,
    ) -> str:  # fmt: skip
        """The id under which the call `key` waits; one that waits already keeps its id, one that was rejected asks anew."""
        now = micros(self._clock())
        row = {
            "id": secrets.token_hex(16), "at": now, "key": key, "decision_id": decision_id, "session": session, "user": user,
            "repo": repo, "model": model, "estimate_nano": nano_or_unknown(estimate_usd), "why": why, "state": "pending",
        }  # fmt: skip

        def work(connection: Connection) -> str:
            waiting = self._latest(connection, key, now, "pending")
            if waiting is not None:
                return str(waiting.id)
            enter(connection, APPROVALS, row)
            return str(row["id"])

        return self._store.run(work)

    def take(self, key: str) -> bool:
        """Whether a person approved the call `key`; an approval is used up by the one call that takes it."""
        now = micros(self._clock())

        def work(connection: Connection) -> bool:
            approved = self._latest(connection, key, now, "approved")
            return approved is not None and _moved(connection, str(approved.id), "approved", state="used")

        return self._store.run(work)

    def decide(self, id: str, approve: bool, by: str | None, then: Callable[[Connection, Approval], None] | None = None) -> Approval:
        """Approves or rejects the pending call whose id begins so; `then` is called in the same transaction.

        Raises `UsageError` when there is no such call, several, or it does not wait any more.
        """
        now = micros(self._clock())

        def work(connection: Connection) -> Approval:
            found = self._one(connection, id, now)
            if found.state != "pending":
                raise UsageError(f"`{found.id[:8]}` does not wait any more: it is {found.state}")
            state: State = "approved" if approve else "rejected"
            if not _moved(connection, found.id, "pending", state=state, decided_at=now, decided_by=by):
                raise UsageError(f"`{found.id[:8]}` was decided by someone else just now")
            decided = found._replace(state=state, decided_at=now, decided_by=by)
            if then is not None:
                then(connection, decided)
            return decided

        return self._store.run(work)

    def waiting(self) -> tuple[Approval, ...]:
        """The calls that wait, oldest first."""
        now = micros(self._clock())
        query = select(APPROVALS).where(APPROVALS.c.state == "pending", APPROVALS.c.at >= now - self._waits_us)
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(APPROVALS.c.at).limit(_SHOWN)).all()
        return tuple(self._approval(row, now) for row in rows)

    def all(self, most: int = 50) -> tuple[Approval, ...]:
        """The latest calls that were asked about, whatever came of them, newest first."""
        now = micros(self._clock())
        with self._store.read() as connection:
            rows = connection.execute(select(APPROVALS).order_by(APPROVALS.c.at.desc()).limit(most)).all()
        return tuple(self._approval(row, now) for row in rows)

    def _latest(self, connection: Connection, key: str, now: int, state: State) -> Row[*tuple[object, ...]] | None:
        """The key's newest row of a state that has not expired; an approval counts from when it was given."""
        since = APPROVALS.c.decided_at if state == "approved" else APPROVALS.c.at
        query = select(APPROVALS.c.id).where(
            APPROVALS.c.key == key, APPROVALS.c.state == state, since >= now - self._waits_us
        )
        return connection.execute(query.order_by(APPROVALS.c.at.desc()).limit(1).with_for_update()).first()

    def _one(self, connection: Connection, prefix: str, now: int) -> Approval:
        if not prefix or not prefix.isalnum():
            raise UsageError(f"`{prefix}` is no id; `llm-router approve list` shows them")
        query = select(APPROVALS).where(APPROVALS.c.id.startswith(prefix.lower())).order_by(APPROVALS.c.at.desc())
        rows = [self._approval(row, now) for row in connection.execute(query.limit(_SHOWN))]
        found = [row for row in rows if row.state == "pending"] or rows
        if not found:
            raise UsageError(f"no call waits as `{prefix}`; `llm-router approve list` shows those that do")
        if len(found) > 1:
            raise UsageError(f"`{prefix}` begins {len(found)} ids: give more of it")
        return found[0]

    def _approval(self, row: Row[*tuple[object, ...]], now: int) -> Approval:
        plain = dict(row._mapping)
        estimate = plain.pop("estimate_nano")
        since = plain["decided_at"] if plain["state"] == "approved" else plain["at"]
        if plain["state"] in ("pending", "approved") and since < now - self._waits_us:
            plain["state"] = "expired"
        return Approval(**plain, estimate_usd=None if estimate is None else usd(estimate))


def _moved(connection: Connection, id: str, before: State, **values: object) -> bool:
    """Whether this transaction is the one that moved the row on."""
    query = update(APPROVALS).where(APPROVALS.c.id == id, APPROVALS.c.state == before).values(**values)
    return connection.execute(query).rowcount == 1


def asked_at(approval: Approval) -> str:
    """When it was asked, ISO 8601 in UTC."""
    return moment(approval.at).isoformat(timespec="seconds")
