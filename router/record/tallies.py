"""Running sums of what was spent and what is set aside, changed only together with the rows they sum up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from router.model.ledger import Claim
from router.record.direct import Direct
from router.record.money import day, month
from router.record.tables import TALLIES

Key = tuple[str, str, str]
"""Scope, name and period, the primary key of a tally."""


class Sums(NamedTuple):
    """Nanodollars spent and set aside."""

    spent: int = 0
    reserved: int = 0


def keys_of(claim: Claim, at: int) -> tuple[Key, ...]:
    """Every tally that an attempt counts in; its money belongs to the day and month in which it was set aside."""
    today, this_month = day(at), month(at)
    scopes = [("total", ""), ("provider", claim.provider)]
    if claim.task is not None:
        scopes.append(("task", claim.task))
    keys = [(scope, name, period) for scope, name in scopes for period in (today, this_month)]
    if claim.asker.session is not None:
        keys.append(("session", claim.asker.session, ""))
    return tuple(keys)


def changes(claim: Claim, at: int, *, spent: int = 0, reserved: int = 0) -> Counter[tuple[Key, str]]:
    """What an attempt changes in its tallies, to be added up and given to `move`."""
    moved: Counter[tuple[Key, str]] = Counter()
    for key in keys_of(claim, at):
        moved[key, "spent"] += spent
        moved[key, "reserved"] += reserved
    return moved


def move(connection: Connection, moved: Mapping[tuple[Key, str], int]) -> None:
    """Adds the changes; rows are always locked in one order, so that two writers never wait for each other."""
    keys = sorted({key for key, _ in moved})
    rows = [
        {
            "scope": key[0], "name": key[1], "period": key[2],
            "spent_nano": moved.get((key, "spent"), 0), "reserved_nano": moved.get((key, "reserved"), 0),
        }
        for key in keys
    ]  # fmt: skip
    if rows:
        _ADD[connection.dialect.name].many(connection, rows)


def standing(connection: Connection, keys: Iterable[Key]) -> dict[Key, Sums]:
    """The sums under each key; a key without a row has none."""
    found = {}
    for key in keys:
        row = _ONE(connection, {"of_scope": key[0], "of_name": key[1], "of_period": key[2]}).first()
        found[key] = Sums(row.spent_nano, row.reserved_nano) if row else Sums()
    return found


_C = TALLIES.c
_ONE = Direct(
    select(_C.spent_nano, _C.reserved_nano).where(
        _C.scope == bindparam("of_scope"), _C.name == bindparam("of_name"), _C.period == bindparam("of_period")
    )
)


def _adding(insert: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    return insert.on_conflict_do_update(
        index_elements=["scope", "name", "period"],
        set_={
            "spent_nano": _C.spent_nano + insert.excluded.spent_nano,
            "reserved_nano": _C.reserved_nano + insert.excluded.reserved_nano,
        },
    )


_ADD = {
    "sqlite": Direct(_adding(sqlite.insert(TALLIES))),
    "postgresql": Direct(_adding(postgresql.insert(TALLIES))),
}
