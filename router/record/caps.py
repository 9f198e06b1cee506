"""Caps held against what was spent and is set aside, in the transaction that sets more aside."""

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from router.model.decision import Cap
from router.model.ledger import Claim, Exceeded
from router.record.direct import Direct
from router.record.money import day, month, nano_or_unknown, usd
from router.record.tables import CALLS, RESERVATIONS
from router.record.tallies import Key, Sums, standing


class _Checked(NamedTuple):
    cap: Cap
    key: Key | None


def first_exceeded(connection: Connection, claim: Claim, now: int, amount: int) -> Exceeded | None:
    """The first cap that is overrun, now that the claim's own amount is among what is reserved."""
    checked = [
        _Checked(cap, cap_key(cap, claim.asker.session, now)) for cap in claim.caps if covers(cap, claim)
    ]
    sums = standing(connection, {check.key for check in checked if check.key is not None})
    for cap, key in checked:
        if key is not None:
            stands = Sums(sums[key].spent, sums[key].reserved - amount)
        elif cap.scope[0] == "call":
            stands = _of_call(connection, claim.call_id)
        else:
            stands = Sums()
        limit = nano_or_unknown(cap.usd) or 0
        used_up = amount == 0 and stands.spent + stands.reserved >= limit
        if used_up or stands.spent + stands.reserved + amount > limit:
            return Exceeded(cap, usd(stands.spent), usd(stands.reserved), usd(amount))
    return None


def covers(cap: Cap, claim: Claim) -> bool:
    """Whether a cap is one that this claim must keep: a task's or a provider's covers only its own."""
    kind, *name = cap.scope
    return not name or name[0] == (claim.provider if kind == "provider" else claim.task)


def cap_key(cap: Cap, session: str | None, now: int) -> Key | None:
    """The tally a cap is held against at a moment; None for a call's, and for a session that is not known."""
    kind, *name = cap.scope
    if kind == "call" or (kind == "session" and session is None):
        return None
    if kind == "session":
        return ("session", session or "", "")
    return (kind, name[0] if name else "", day(now) if cap.period == "day" else month(now))


def _of_call(connection: Connection, call_id: str) -> Sums:
    """What the call's earlier attempts cost, and what those that are still open have set aside."""
    spent = _CALL_SPENT(connection, {"wanted": call_id}).scalar()
    reserved = _CALL_RESERVED(connection, {"wanted": call_id}).scalar()
    return Sums(int(spent or 0), int(reserved or 0))


_R = RESERVATIONS.c
_CALL_SPENT = Direct(select(func.sum(CALLS.c.cost_nano)).where(CALLS.c.call_id == bindparam("wanted")))
_CALL_RESERVED = Direct(select(func.sum(_R.amount_nano)).where(_R.call_id == bindparam("wanted")))
