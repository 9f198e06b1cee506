"""Decisions and what people and judges thought of them, as rows of the store."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select

from router.base.clock import Clock
from router.base.failures import StoreError
from router.record.direct import Direct
from router.record.ids import new_id
from router.record.money import micros
from router.record.rows import clean, enter
from router.record.spool import Spool
from router.record.store import Store
from router.record.tables import DECISIONS, FEEDBACK

AuditDecision = Callable[[Connection, Mapping[str, Any]], None]
"""Called in the transaction of the row, to append the event (its body) to the audit log."""


class Feedback(NamedTuple):
    """What was thought of a decision's answer; None is unsaid. `score` is 0 to 1."""

    kind: Literal["rating", "correction", "judge"]
    decision_id: str | None = None
    session: str | None = None
    task: str | None = None
    complexity: str | None = None
    model: str | None = None
    good: bool | None = None
    score: float | None = None
    better_task: str | None = None
    better_model: str | None = None
    reason: str | None = None


def record_decision(
    store: Store,
    spool: Spool,
    body: Mapping[str, Any],
    *,
    audit: AuditDecision | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> None:
    """Keeps a decision (a body of `decision_body`) with its audit event, in the spool when the store cannot take it.

    Raises `SpoolError` when neither can.
    """
    try:
        store.run(lambda connection: enter_decision(connection, body, audit))
    except StoreError as failure:
        warn(f"{failure}; the record of this decision waits in the spool")
        spool.append("decision", body)


def record_feedback(
    store: Store,
    spool: Spool,
    clock: Clock,
    feedback: Feedback,
    *,
    warn: Callable[[str], None] = lambda _: None,
) -> str:
    """Keeps an opinion and gives its id; raises `SpoolError` when neither store nor spool takes it."""
    now = micros(clock())
    row = {"id": new_id(now), "at": now, **feedback._asdict()}
    try:
        store.run(lambda connection: enter(connection, FEEDBACK, row))
    except StoreError as failure:
        warn(f"{failure}; the feedback waits in the spool")
        spool.append("feedback", row)
    return str(row["id"])


_COLUMNS = tuple(DECISIONS.c.keys())
_THERE = Direct(select(DECISIONS.c.id).where(DECISIONS.c.id == bindparam("wanted")))
_ENTER = Direct(insert(DECISIONS))


def enter_decision(connection: Connection, body: Mapping[str, Any], audit: AuditDecision | None) -> None:
    """The row and its event, once; a decision that is there already changes nothing."""
    row, event = body["row"], body.get("event")
    if _THERE(connection, {"wanted": row["id"]}).first() is not None:
        return
    _ENTER(connection, clean({name: row.get(name) for name in _COLUMNS}))
    if audit is not None and event is not None:
        audit(connection, event)
