"""Appending to the chain, in the transaction of the row that an event is about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from router.base.clock import Clock, system_clock
from router.base.failures import StoreError
from router.model.audit import AdminEvent, Event, Link, new_id, outcome_event
from router.model.ledger import Asker
from router.record.audit.anchor import AnchorDamaged, move_anchor, read_anchor, reset_anchor
from router.record.audit.chain import (
    EVERY,
    REGULAR,
    canonical,
    checkpoint_message,
    columns_of,
    genesis,
    mac_of,
    microseconds,
    moment,
    next_hash,
)
from router.record.audit.keys import Keys
from router.record.claims import Settled
from router.record.direct import Direct
from router.record.tables import AUDIT_CHECKPOINTS, AUDIT_EVENTS, AUDIT_HEADS

_OF_CHAIN = select(AUDIT_HEADS.c.seq, AUDIT_HEADS.c.hash).where(AUDIT_HEADS.c.chain == bindparam("of_chain"))
_FOUND = Direct(_OF_CHAIN)
_HEAD = Direct(_OF_CHAIN.with_for_update())
_EVENT = Direct(insert(AUDIT_EVENTS))
_MOVE = Direct(
    update(AUDIT_HEADS)
    .where(AUDIT_HEADS.c.chain == bindparam("of_chain"))
    .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Auditor:
    """Writes one installation's chain in one store; safe to share between threads.

    >>> link = auditor.append(connection, event)   # inside the transaction of what happened
    >>> auditor.anchor(link)                       # after its commit
    """

    def __init__(self, keys: Keys, place: str, clock: Clock = system_clock) -> None:
        """`place` is the store's address, see `Keys.chain_of`."""
        self.keys = keys
        self.chain = keys.chain_of(place)
        self._clock = clock

    def append(self, connection: Connection, event: Event) -> Link:
        """The event's place in the chain; see `append_body`."""
        return self.append_body(connection, event.to_body())

    def append_body(self, connection: Connection, body: Mapping[str, Any]) -> Link:
        """The place in the chain of an event that is plain data already, as `to_body` gives it.

        Raises KeyError, TypeError or ValueError for what is no event. Takes the chain's lock until the transaction ends: on SQLite it must have begun with BEGIN IMMEDIATE, on
        PostgreSQL the head's row is locked. The lock also makes sure that the anchor is never ahead of an honest
        store; when it is, the end was cut off, and the chain itself says so before it goes on.
        """
        head = self._head(connection)
        wrong = self._disagreement(head)
        if wrong is None:
            return self._add(connection, head, body)
        told = AdminEvent(new_id(), self._clock(), Asker(), wrong["found"], wrong)
        head = self._add(connection, head, told.to_body())
        return self._add(connection, head, body)._replace(resets=True)

    def anchor(self, link: Link) -> bool:
        """Note outside the store, after the commit, that the chain has come this far; False when that cannot be written.

        What happened is in the store by then, so a failure here loses nothing but the proof for its last events.
        """
        try:
            (reset_anchor if link.resets else move_anchor)(self.keys, link)
        except StoreError:
            return False
        return True

    def settled(self, connection: Connection, settled: Settled) -> Link:
        """Append the outcome of an attempt that ended, in the transaction that ends it."""
        at = moment(settled.settled_at)
        return self.append(connection, outcome_event(settled.claim, settled.settlement, at, settled.id, settled.corrects))

    def decided(self, connection: Connection, body: Mapping[str, Any]) -> None:
        """Append a decision, in the transaction that enters its row."""
        self.append_body(connection, body)

    def catch_up(self, connection: Connection) -> bool:
        """Note outside the store how far the chain has come, by what a reader finds committed; as `anchor` does."""
        row = _FOUND(connection, {"of_chain": self.chain}).first()
        return row is None or self.anchor(Link(self.chain, row.seq, row.hash))

    def checkpoint(self, connection: Connection, link: Link, kind: str = REGULAR) -> None:
        """Sign that the chain's event at this place has this hash."""
        message = checkpoint_message(link.chain, link.seq, kind, link.hash)
        connection.execute(
            insert(AUDIT_CHECKPOINTS).values(
                chain=link.chain,
                seq=link.seq,
                kind=kind,
                at=microseconds(self._clock()),
                hash=link.hash,
                signature=self.keys.sign(message),
            )
        )

    def lock(self, connection: Connection) -> None:
        """Take the chain's lock for the rest of the transaction, as `append` does."""
        self._head(connection)

    def now(self) -> datetime:
        return self._clock()

    def _head(self, connection: Connection) -> Link:
        row = _HEAD(connection, {"of_chain": self.chain}).first()
        if row is None:
            first = {
                "chain": self.chain,
                "seq": 0,
                "hash": genesis(self.chain),
                "public_key": self.keys.public,
            }
            statement: Any = _INSERT[connection.dialect.name](AUDIT_HEADS).values(**first)
            connection.execute(statement.on_conflict_do_nothing())
            row = _HEAD(connection, {"of_chain": self.chain}).one()
        return Link(self.chain, row.seq, row.hash)

    def _add(self, connection: Connection, head: Link, plain: Mapping[str, Any]) -> Link:
        body = canonical(plain)
        hash_ = next_hash(head.hash, body)
        link = Link(self.chain, head.seq + 1, hash_)
        own = {"chain": self.chain, "seq": link.seq, "body": body, "hash": hash_}
        mac = mac_of(self.keys, self.chain, link.seq, hash_)
        _EVENT(connection, {**own, **columns_of(plain), "mac": mac})
        _MOVE(connection, {"of_chain": self.chain, "to_seq": link.seq, "to_hash": hash_})
        if link.seq % EVERY == 0:
            self.checkpoint(connection, link)
        return link

    def _disagreement(self, head: Link) -> dict[str, Any] | None:
        """How the store and the count outside of it contradict each other, None when they do not."""
        here = {"store_seq": head.seq, "store_hash": head.hash}
        try:
            anchored = read_anchor(self.keys, self.chain)
        except AnchorDamaged:
            return {"found": "anchor damaged", **here}
        except StoreError:
            # It cannot be looked at now: what happened is recorded all the same, and `verify` will look again.
            return None
        if anchored is None:
            # One is made before the first event is kept, so one that is missing later was taken away.
            if head.seq:
                return {"found": "anchor missing", **here}
        elif head.seq < anchored.seq or (head.seq == anchored.seq and head.hash != anchored.hash):
            return {"found": "cut", **here, "anchor_seq": anchored.seq, "anchor_hash": anchored.hash}
        if anchored is None or anchored.seq < head.seq:
            # What is found was committed, so whoever wrote it and could not say so is made up for.
            self.anchor(head)
        return None
