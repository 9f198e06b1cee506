"""Drains the spool into the store: every line once, in order, each in one transaction with its id."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, delete, exc
from sqlalchemy.dialects import postgresql, sqlite

from router.base.clock import Clock
from router.base.failures import StoreError
from router.record.acts import act_event
from router.record.claims import settled_from_plain
from router.record.compressed import enter_fetched, enter_learnt
from router.record.decisions import AuditDecision, enter_decision
from router.record.money import micros
from router.record.rows import enter
from router.record.settling import Audit, settle_in
from router.record.spool import Spool
from router.record.store import Store
from router.record.tables import COMPRESSIONS, DRAINED, FEEDBACK, HOOKS

_BATCH = 200
_REMEMBERED_US = 90 * 86_400 * 1_000_000
Complete = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
_PLAIN: dict[str, Table] = {"compression": COMPRESSIONS, "feedback": FEEDBACK, "hook": HOOKS}


class Drained(NamedTuple):
    """What came of a drain: lines that entered the store, and lines that are kept aside as unusable."""

    entered: int
    rejected: int


class _Line(NamedTuple):
    id: str
    kind: str
    body: Mapping[str, Any]
    data: bytes


class _Bad(NamedTuple):
    data: bytes


def drain(
    store: Store,
    spool: Spool,
    clock: Clock,
    *,
    audit: Audit | None = None,
    audit_decision: AuditDecision | None = None,
    complete: Complete = lambda _: None,
) -> Drained:
    """Gets all that waits into the store; several drains at once are safe, and one that was killed is finished by the next.

    `complete` gives the audit event of a decision whose line only holds what its process noted of it.
    Raises `StoreError` when the store cannot be used; what has not entered waits on.
    """
    if not spool.waiting():
        return Drained(0, 0)
    now = micros(clock())
    entering = _Entering(now, audit, audit_decision, complete)
    entered = rejected = 0
    store.open()
    try:
        for path in spool.take(now):
            for batch in _batches(path):
                done, bad = _enter_batch(store, spool, batch, entering)
                entered, rejected = entered + done, rejected + bad
            path.unlink(missing_ok=True)
    except OSError as cause:
        raise StoreError(f"the spool in {spool.folder} cannot be drained: {cause.strerror}", "read-only") from cause
    store.run(lambda connection: connection.execute(delete(DRAINED).where(DRAINED.c.at < now - _REMEMBERED_US)))
    return Drained(entered, rejected)


def _batches(path: Path) -> Iterator[list[_Line | _Bad]]:
    """The file's lines, some at a time; another drain may have finished and removed it."""
    try:
        handle = path.open("rb")
    except FileNotFoundError:
        return
    batch: list[_Line | _Bad] = []
    with handle:
        for data in handle:
            # A last line without its end was torn by a killed writer, who was never told that it is kept.
            if data.strip() and data.endswith(b"\n"):
                batch.append(_parsed(data.strip()))
            if len(batch) == _BATCH:
                yield batch
                batch = []
    yield batch


def _parsed(data: bytes) -> _Line | _Bad:
    try:
        plain = json.loads(data)
        id, kind, body = plain["id"], plain["kind"], plain["body"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _Bad(data)
    usable = isinstance(id, str) and 0 < len(id) <= 32 and isinstance(kind, str) and isinstance(body, dict)
    return _Line(id, kind, body, data) if usable else _Bad(data)


class _Entering(NamedTuple):
    """How a line of each kind enters."""

    now: int
    audit: Audit | None
    audit_decision: AuditDecision | None
    complete: Complete

    def one(self, connection: Connection, line: _Line) -> bool:
        """Whether the line entered now; raises for a line that cannot."""
        if not _is_new(connection, line.id, self.now):
            return False
        if line.kind == "call":
            settle_in(connection, settled_from_plain(line.body), self.audit)
        elif line.kind == "decision":
            enter_decision(connection, self._whole(line.body), self.audit_decision)
        elif line.kind == "act":
            if self.audit_decision is not None:
                self.audit_decision(connection, act_event(line.body))
        elif line.kind == "fetched":
            enter_fetched(connection, line.body)
        elif line.kind == "learnt":
            enter_learnt(connection, line.body)
        else:
            enter(connection, _PLAIN[line.kind], {"id": line.id, "at": self.now, **line.body})
        return True

    def _whole(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A decision with its event."""
        if self.audit_decision is None or body.get("event") is not None:
            return body
        return {**body, "event": self.complete(body)}


def _enter_batch(store: Store, spool: Spool, batch: list[_Line | _Bad], entering: _Entering) -> tuple[int, int]:
    """A batch at once when all of it is good, else line by line, so that a bad one holds nothing up."""
    good = [line for line in batch if isinstance(line, _Line)]
    bad = [line.data for line in batch if isinstance(line, _Bad)]
    try:
        entered = store.run(lambda connection: sum(entering.one(connection, line) for line in good))
    except (StoreError, *_UNUSABLE) as cause:
        if _is_of_the_store(cause):
            raise
        entered, refused = _one_by_one(store, good, entering)
        bad += refused
    for data in bad:
        spool.reject(data)
    return entered, len(bad)


def _one_by_one(store: Store, lines: list[_Line], entering: _Entering) -> tuple[int, list[bytes]]:
    entered, refused = 0, []
    for line in lines:
        try:
            entered += store.run(_entering_one(entering, line))
        except (StoreError, *_UNUSABLE) as cause:
            if _is_of_the_store(cause):
                raise
            refused.append(line.data)
    return entered, refused


def _entering_one(entering: _Entering, line: _Line) -> Callable[[Connection], bool]:
    return lambda connection: entering.one(connection, line)


def _is_of_the_store(cause: Exception) -> bool:
    """Whether the store fails and not the record, so that the record must wait."""
    return isinstance(cause, StoreError) and cause.reason != "misfit"


_UNUSABLE = (exc.IntegrityError, exc.StatementError, ValueError, KeyError, TypeError, AttributeError, OverflowError)


def _is_new(connection: Connection, id: str, now: int) -> bool:
    """Marks the id as drained; False when it was. A drain that is at the same line waits here for the other."""
    return connection.execute(_MARK[connection.dialect.name], {"id": id, "at": now}).rowcount == 1


_MARK = {
    "sqlite": sqlite.insert(DRAINED).on_conflict_do_nothing().execution_options(preserve_rowcount=True),
    "postgresql": postgresql.insert(DRAINED).on_conflict_do_nothing().execution_options(preserve_rowcount=True),
}
