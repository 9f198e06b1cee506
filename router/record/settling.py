"""How an attempt ends in the store: its row, its tallies, its reservation and its audit event in one transaction."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from router.model.audit import Link
from router.model.ledger import Claim, Settlement, Usage
from router.record.claims import Settled, claim_from_json, to_row
from router.record.direct import Direct
from router.record.money import usd
from router.record.rows import clean
from router.record.tables import CALLS, RESERVATIONS
from router.record.tallies import Key, changes, move

Audit = Callable[[Connection, Settled], Link | None]
"""Called in the transaction that ends an attempt, to append its event to the audit log; gives the event's place there."""


def settle_in(connection: Connection, settled: Settled, audit: Audit | None = None) -> bool:
    """Ends one attempt; False when it had ended before, and then nothing changes.

    The moment it was set aside is the reservation's own. An attempt that had been given up as expired is corrected
    in place, and one that was never set aside (the store could not be reached then) simply enters.
    """
    open_row = _OPEN(connection, {"wanted": settled.id}).first()
    if open_row is not None:
        _CLOSE(connection, {"wanted": settled.id})
        return _enter(connection, settled._replace(at=open_row.at), open_row.amount_nano, audit)
    ended = _ENDED(connection, {"wanted": settled.id}).first()
    if ended is None:
        return _enter(connection, settled, 0, audit)
    if ended.outcome != "expired" or settled.settlement.outcome == "expired":
        return False
    return _correct(connection, settled._replace(at=ended.at, corrects=True), ended.cost_nano or 0, audit)


def expire_in(connection: Connection, now: int, audit: Audit | None = None) -> int:
    """Gives up every attempt whose lease ran out, and says how many.

    Its estimate counts as spent, since its process may have died after the provider began to bill; were it given
    back, a program that crashes in a loop could spend without end under any cap. A settlement that comes after all
    puts the true amount in its place.
    """
    due = _DUE(connection, {"now": now}).all()
    if not due:
        return 0
    _CLOSE.many(connection, [{"wanted": row.id} for row in due])
    ended = [_given_up(row, now) for row in due]
    _ENTER.many(connection, [clean(to_row(settled)) for settled in ended])
    moved: Counter[tuple[Key, str]] = Counter()
    for row, settled in zip(due, ended, strict=True):
        for key, amount in changes(
            settled.claim, row.at, spent=row.amount_nano, reserved=-row.amount_nano
        ).items():
            moved[key] += amount
    move(connection, moved)
    if audit is not None:
        for settled in ended:
            audit(connection, settled)
    return len(due)


def _given_up(row: Row[*tuple[Any, ...]], now: int) -> Settled:
    claim: Claim = claim_from_json(row.claim)
    cost = None if claim.estimate_usd is None else usd(row.amount_nano)
    settlement = Settlement("expired", Usage(), cost, True, (now - row.at) / 1000)
    return Settled(row.id, row.at, now, claim, settlement)


def _enter(connection: Connection, settled: Settled, reserved: int, audit: Audit | None) -> bool:
    row = clean(to_row(settled))
    _ENTER(connection, row)
    move(connection, changes(settled.claim, settled.at, spent=row["cost_nano"] or 0, reserved=-reserved))
    if audit is not None:
        audit(connection, settled)
    return True


def _correct(connection: Connection, settled: Settled, counted: int, audit: Audit | None) -> bool:
    row = clean(to_row(settled))
    connection.execute(update(CALLS).where(CALLS.c.id == settled.id).values(row))
    move(connection, changes(settled.claim, settled.at, spent=(row["cost_nano"] or 0) - counted))
    if audit is not None:
        audit(connection, settled)
    return True


_R = RESERVATIONS.c
_ENTER = Direct(insert(CALLS))
_CLOSE = Direct(delete(RESERVATIONS).where(_R.id == bindparam("wanted")))
# On PostgreSQL the rows are locked, so that a settlement and an expiry of one attempt come one after the other.
_OPEN = Direct(select(_R.at, _R.amount_nano).where(_R.id == bindparam("wanted")).with_for_update())
_ENDED = Direct(
    select(CALLS.c.outcome, CALLS.c.at, CALLS.c.cost_nano).where(CALLS.c.id == bindparam("wanted")).with_for_update()
)
_DUE = Direct(
    select(_R.id, _R.at, _R.amount_nano, _R.claim)
    .where(_R.expires_at < bindparam("now"))
    .order_by(_R.expires_at, _R.id)
    .with_for_update()
)
