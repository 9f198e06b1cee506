"""Decisions and what people and judges thought of them, as rows of the store."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select

from router.base.clock import Clock
from router.base.failures import StoreError
from router.record.direct import Direct
from router.record.ids import new_id
from router.record.money import micros
from router.record.rows import clean, enter
from router.record.spool import Spool, SpoolError
from router.record.store import Store
from router.record.tables import DECISIONS, FEEDBACK

AuditDecision = Callable[[Connection, Mapping[str, Any]], None]
"""Called in the transaction of the row, to append the event (its body) to the audit log."""


class Entry:
    """A decision on its way into the store, once: by itself, or in the transaction of the first money set aside for it.

    Safe to share between threads.
    """

    def __init__(
        self,
        spool: Spool,
        body: Mapping[str, Any],
        audit: AuditDecision | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`body` is one of `decision_body`, `audit` appends its event."""
        self._spool, self._body, self._audit, self._warn = spool, body, audit, warn
        self._kept = False

    @property
    def is_kept(self) -> bool:
        """Whether the store or the spool has it, or neither would."""
        return self._kept

    def enter(self, connection: Connection) -> None:
        """Enters it; it is there once, however often this is called. `done` is to be called after the commit."""
        enter_decision(connection, self._body, self._audit)

    def done(self) -> None:
        """It is in the store."""
        self._kept = True

    def failed(self, failure: StoreError) -> None:
        """The store does not take it: it waits in the spool, and when not even that takes it, that is warned about."""
        self._kept = True
        self._warn(f"{failure}; the record of this decision waits in the spool")
        try:
            self._spool.append("decision", self._body)
        except SpoolError as worse:
            # Whether the call goes on is for its budget to say; a prompt is not lost for want of a place to note it.
            self._warn(f"{worse}; this decision is recorded nowhere")

    def keep(self, store: Store) -> None:
        """Enters it by itself, unless it is kept already."""
        if self._kept:
            return
        try:
            store.run(self.enter)
        except StoreError as failure:
            self.failed(failure)
        else:
            self.done()


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


def judges_scores(connection: Connection, since: int) -> dict[str, tuple[float, int]]:
    """By model what judges thought of its answers since a moment (UTC microseconds): the mean, 0 to 1, of how many."""
    rows = _SCORES(connection, {"as_kind": "judge", "since": since}).all()
    return {row.model: (float(row.mean), int(row.many)) for row in rows}


_F = FEEDBACK.c
_SCORES = Direct(
    select(_F.model, func.avg(_F.score).label("mean"), func.count().label("many"))
    .where(_F.kind == bindparam("as_kind"), _F.at >= bindparam("since"), _F.score.is_not(None), _F.model.is_not(None))
    .group_by(_F.model)
)
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
