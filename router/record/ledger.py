"""The ledger: sets money aside for each attempt under every cap at once, and ends each exactly once."""

import atexit
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Literal

from sqlalchemy import Connection, bindparam, insert, update

from router.base.clock import Clock
from router.base.failures import StoreError
from router.model.audit import Link
from router.model.ledger import Claim, Exceeded, Reservation, Settlement
from router.record.caps import first_exceeded
from router.record.claims import Settled, claim_to_json, settled_to_plain
from router.record.decisions import Entry
from router.record.direct import Direct
from router.record.ids import new_id
from router.record.money import micros, nano_or_unknown
from router.record.settling import Audit, expire_in, settle_in
from router.record.spool import Spool, SpoolError
from router.record.store import Store
from router.record.tables import RESERVATIONS
from router.record.tallies import changes, move

OnFailure = Literal["open", "closed"]
"""What becomes of calls under a cap while the store cannot be used: they go on, or they are refused."""


class Ledger:
    """Where the money of calls comes from; safe to share between threads, processes and, on PostgreSQL, machines.

    While the store cannot be used, a claim that no cap covers, or that is free, goes on "on trust"; so do the others
    when `on_failure` is open, and when it is closed they raise `StoreError`. What such calls cost goes to the spool.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        spool: Spool,
        *,
        lease_s: float = 900.0,
        on_failure: OnFailure = "closed",
        audit: Audit | None = None,
        anchor: Callable[[Link], object] = lambda _: None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`anchor` is told of the audit log's new end after the commit of a settlement."""
        self._store = store
        self._clock = clock
        self._spool = spool
        self._lease_s = lease_s
        self._on_failure = on_failure
        self._audit = audit
        self._anchor = anchor
        self._warn = warn
        self._homeless: deque[Settled] = deque()
        self._at_exit = False

    def reserve(
        self, claim: Claim, *, lease_s: float | None = None, entry: Entry | None = None
    ) -> Reservation | Exceeded:
        """Sets the claim's estimate aside under all its caps, or says which cap it would overrun.

        spent + reserved + estimate must stay within every cap, in whole nanodollars. A claim whose price is unknown
        sets nothing aside and is refused only when a cap is used up already; a free one always passes. A session
        cap on a claim without a session holds that claim alone. The lease must outlast the call: one that runs out
        is given up, and its estimate counts as spent. The decision `entry` enters in the same transaction, unless it
        is kept already.
        """
        if self._homeless:
            self.flush()
        now = self._now()
        lease = timedelta(seconds=self._lease_s if lease_s is None else lease_s)
        amount = nano_or_unknown(claim.estimate_usd) or 0
        row = {
            "id": new_id(now), "call_id": claim.call_id, "at": now, "expires_at": now + _micros(lease),
            "amount_nano": amount, "claim": claim_to_json(claim),
        }  # fmt: skip
        opening = None if entry is None or entry.is_kept else entry
        try:
            exceeded = self._store.run(lambda connection: self._reserve(connection, claim, row, opening))
        except StoreError as failure:
            if opening is not None:
                opening.failed(failure)
                if failure.reason == "misfit":
                    # It may be the decision that does not fit, and no reason to let the money go unchecked.
                    return self.reserve(claim, lease_s=lease_s)
            return self._on_trust(claim, str(row["id"]), failure)
        if opening is not None:
            opening.done()
        return exceeded or Reservation(str(row["id"]), claim)

    def settle(self, reservation: Reservation, settlement: Settlement) -> None:
        """Ends a reservation exactly once, at its true cost even when that is above the estimate.

        Nothing is raised when neither the store nor the spool takes it, since the answer is there and paid for: that
        is warned about, and it is tried again with every later call of this process and at its end, see `flush`.
        """
        now = self._now()
        started = now - round(settlement.latency_ms * 1000)
        settled = Settled(reservation.id, started, now, reservation.claim, settlement)
        if not reservation.on_trust:
            try:
                link = self._store.run(lambda connection: self._end(connection, settled))
            except StoreError as failure:
                self._warn(f"{failure}; the cost of this call goes to the spool")
            else:
                if link is not None:
                    self._anchor(link)
                return
        self._homeless.append(settled)
        if not self.flush() and not self._at_exit:
            # The process may end before its next call: then this is the last moment at which it can be kept.
            self._at_exit = True
            atexit.register(self.flush)

    def flush(self) -> bool:
        """Gets what neither store nor spool took into the spool; says whether nothing is left over."""
        while self._homeless:
            settled = self._homeless[0]
            try:
                self._spool.append("call", settled_to_plain(settled))
            except SpoolError as failure:
                self._warn(f"{failure}; the cost of {len(self._homeless)} call(s) is known to this process alone")
                return False
            # Another thread may have been faster; the store takes an attempt once, however often it was spooled.
            with suppress(ValueError):
                self._homeless.remove(settled)
        return True

    def renew(self, reservation: Reservation, *, lease_s: float | None = None) -> None:
        """Lengthens the lease of a call that takes long, from now on; without the store it keeps the one it has."""
        until = self._now() + _micros(timedelta(seconds=self._lease_s if lease_s is None else lease_s))
        try:
            self._store.run(lambda connection: _RENEW(connection, {"wanted": reservation.id, "until": until}))
        except StoreError as failure:
            self._warn(str(failure))

    def expire(self) -> int:
        """Gives up every attempt whose lease ran out, and says how many; `reserve` does so by itself."""
        now = self._now()
        return self._store.run(lambda connection: expire_in(connection, now, self._audit))

    def _now(self) -> int:
        return micros(self._clock())

    def _reserve(
        self, connection: Connection, claim: Claim, row: dict[str, object], opening: Entry | None
    ) -> Exceeded | None:
        exceeded = self._set_aside(connection, claim, row)
        # After the tallies, as a settlement does it: two that lock in different orders could wait for each other.
        if opening is not None:
            opening.enter(connection)
        return exceeded

    def _set_aside(self, connection: Connection, claim: Claim, row: dict[str, object]) -> Exceeded | None:
        now, amount = int(str(row["at"])), int(str(row["amount_nano"]))
        expire_in(connection, now, self._audit)
        # The tallies are moved first: on PostgreSQL that locks them until the end of this transaction.
        move(connection, changes(claim, now, reserved=amount))
        exceeded = None if claim.estimate_usd == 0 else first_exceeded(connection, claim, now, amount)
        if exceeded is not None:
            move(connection, changes(claim, now, reserved=-amount))
            return exceeded
        _RESERVE(connection, row)
        return None

    def _end(self, connection: Connection, settled: Settled) -> Link | None:
        """Settles, and gives the place of the event in the audit log."""
        links: list[Link | None] = [None]

        def audit(connection: Connection, settled: Settled) -> Link | None:
            assert self._audit is not None
            links.append(self._audit(connection, settled))
            return links[-1]

        settle_in(connection, settled, audit if self._audit else None)
        return links[-1]

    def _on_trust(self, claim: Claim, id: str, failure: StoreError) -> Reservation:
        if self._on_failure == "closed" and claim.caps and claim.estimate_usd != 0:
            raise StoreError(
                f"{failure}; a cap covers this call and `budget_failure` is closed", failure.reason
            ) from failure
        self._warn(f"{failure}; this call goes on without its budget being checked")
        return Reservation(id, claim, on_trust=True)


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


_R = RESERVATIONS.c
_RESERVE = Direct(insert(RESERVATIONS))
_RENEW = Direct(update(RESERVATIONS).where(_R.id == bindparam("wanted")).values(expires_at=bindparam("until")))
