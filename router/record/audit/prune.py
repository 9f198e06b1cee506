"""Retention: the oldest events of this installation's chain go, and a signed checkpoint holds the place they leave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select

from router.model.audit import AdminEvent, Link, moment_text, new_id
from router.model.ledger import Asker
from router.record.audit.auditor import Auditor
from router.record.audit.chain import PRUNED, microseconds, moment
from router.record.tables import AUDIT_CHECKPOINTS, AUDIT_EVENTS

_C = AUDIT_EVENTS.c
_K = AUDIT_CHECKPOINTS.c


class Pruning(NamedTuple):
    """What would go: `count` events from `first` to `last`, the oldest and newest of them by their moments."""

    events: int
    first: int
    last: int
    oldest: datetime | None
    newest: datetime | None
    hash: str

    def to_plain(self) -> dict[str, Any]:
        moments = {name: value and moment_text(value) for name, value in (("oldest", self.oldest), ("newest", self.newest))}
        return {"events": self.events, "first": self.first, "last": self.last, **moments}


NOTHING = Pruning(0, 0, 0, None, None, "")


def plan(connection: Connection, chain: str, before: datetime) -> Pruning:
    """The events at the beginning of a chain that are all older than `before`.

    Only a beginning can go, or the rest could not be followed: an older event that was entered late, behind a newer
    one, waits until that goes.
    """
    kept = select(func.min(_C.seq)).where(_C.chain == chain, _C.at >= microseconds(before))
    first_kept = connection.execute(kept).scalar()
    going = [_C.chain == chain, *([] if first_kept is None else [_C.seq < first_kept])]
    query = select(func.count(), func.min(_C.seq), func.max(_C.seq), func.min(_C.at), func.max(_C.at)).where(*going)
    count, first, last, oldest, newest = connection.execute(query).one()
    if not count:
        return NOTHING
    hash_ = connection.execute(select(_C.hash).where(_C.chain == chain, _C.seq == last)).scalar_one()
    return Pruning(count, first, last, moment(oldest), moment(newest), hash_)


def prune(connection: Connection, auditor: Auditor, before: datetime, asker: Asker) -> tuple[Pruning, Link | None]:
    """Remove those events and say so in the chain, all in the caller's transaction; the link is to be anchored after it.

    The checkpoint "everything up to here was removed" is signed, so that nobody else can shorten the chain.
    """
    auditor.lock(connection)
    going = plan(connection, auditor.chain, before)
    if not going.events:
        return going, None
    connection.execute(delete(AUDIT_CHECKPOINTS).where(_K.chain == auditor.chain, _K.seq <= going.last))
    connection.execute(delete(AUDIT_EVENTS).where(_C.chain == auditor.chain, _C.seq <= going.last))
    auditor.checkpoint(connection, Link(auditor.chain, going.last, going.hash), PRUNED)
    detail: Mapping[str, Any] = {**going.to_plain(), "before": moment_text(before)}
    return going, auditor.append(connection, AdminEvent(new_id(), auditor.now(), asker, "prune", detail))
