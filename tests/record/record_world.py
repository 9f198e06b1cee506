"""Claims, settlements and a ledger under a scripted clock, for the tests of the store."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from router.base.failures import StoreError
from router.model.decision import Cap
from router.model.ledger import Asker, Claim, Settlement, Usage
from router.record.claims import claim_from_json
from router.record.ledger import Ledger
from router.record.store import Store
from router.record.tables import CALLS, RESERVATIONS, TALLIES
from router.record.tallies import keys_of

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DOLLAR_A_DAY = Cap(("total",), 1.0, "day", "a-dollar-a-day")


@dataclass
class Hand:
    """A clock that stands until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Basket:
    """Where records wait; `broken` takes none."""

    kept: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    broken: bool = False

    def append(self, kind: str, body: Mapping[str, Any]) -> str:
        if self.broken:
            raise StoreError("the basket is broken")
        self.kept.append((kind, body))
        return f"{len(self.kept):032x}"


def claim(usd: float | None = 0.01, *caps: Cap, **more: Any) -> Claim:
    """A claim of the call `call`, provider `p`, task `code`, session `s`, unless told otherwise."""
    asker = Asker("library", session=more.pop("session", "s"))
    given: dict[str, Any] = {
        "call_id": "call", "attempt": 1, "decision_id": None, "kind": "answer", "model": "p/m",
        "provider": "p", "task": "code", "complexity": "simple",
    } | more  # fmt: skip
    return Claim(**given, estimate_usd=usd, caps=caps, asker=asker)


def answered(usd: float | None = 0.01) -> Settlement:
    """An answer that cost this much."""
    return Settlement("answered", Usage(10, 20, 5), usd, False, 1500.0, 200.0, model="p/m-2026")


def ledger(store: Store, clock: Hand, **more: Any) -> Ledger:
    return Ledger(store, clock, more.pop("spool", None) or Basket(), **more)


def sums_of_tallies(connection: Connection) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Every tally that is not zero."""
    return {
        (row.scope, row.name, row.period): (row.spent_nano, row.reserved_nano)
        for row in connection.execute(select(TALLIES))
        if row.spent_nano or row.reserved_nano
    }


def sums_of_rows(connection: Connection) -> dict[tuple[str, str, str], tuple[int, int]]:
    """What the tallies must be, added up from the ledger's rows and the open reservations."""
    sums: dict[tuple[str, str, str], tuple[int, int]] = {}

    def add(claimed: Claim, at: int, spent: int, reserved: int) -> None:
        for key in keys_of(claimed, at):
            before = sums.get(key, (0, 0))
            sums[key] = (before[0] + spent, before[1] + reserved)

    for row in connection.execute(select(CALLS)):
        made = claim(None, provider=row.provider, task=row.task, session=row.session)
        add(made, row.at, row.cost_nano or 0, 0)
    for row in connection.execute(select(RESERVATIONS)):
        add(claim_from_json(row.claim), row.at, 0, row.amount_nano)
    return {key: pair for key, pair in sums.items() if pair != (0, 0)}


def totals(store: Store) -> tuple[float, float]:
    """US dollars spent and reserved today, all told, by the tally."""
    with store.read() as connection:
        spent, reserved = sums_of_tallies(connection).get(("total", "", "2026-11-25"), (0, 0))
    return spent / 1e9, reserved / 1e9


def count(store: Store, table: Any) -> int:
    """Rows of a table."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def close_to(found: float, wanted: float) -> bool:
    return math.isclose(found, wanted, abs_tol=1e-9)
