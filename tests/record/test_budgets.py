"""Spend and pressure as facts, and the snapshot that hooks read instead of the store."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from router.model.decision import Cap
from router.model.ledger import Reservation
from router.record.budgets import Pressure, Snapshots, pressures, spend_facts
from router.record.snapshot import read_snapshot
from router.record.store import Store
from tests.record.record_world import NOON, Hand, answered, claim, ledger

MONTHLY = Cap(("provider", "p"), 2.0, "month", "r")
DAILY = Cap(("provider", "p"), 1.0, "day", "r")


@pytest.fixture
def spent(store: Store) -> Store:
    """Yesterday $1.00 on a query; today $0.25 on code, and $0.50 set aside, all with provider p."""
    clock = Hand(datetime(2026, 11, 24, 23, 0, tzinfo=UTC))
    book = ledger(store, clock, lease_s=1e6)
    kept = book.reserve(claim(1.0, task="query", session="old"))
    assert isinstance(kept, Reservation)
    clock.now = NOON
    book.settle(kept, answered(1.0))
    kept = book.reserve(claim(0.25))
    assert isinstance(kept, Reservation)
    book.settle(kept, answered(0.25))
    assert isinstance(book.reserve(claim(0.5)), Reservation)
    return store


def test_spend_is_known_for_every_scope_and_period_even_where_nothing_was_spent(spent: Store) -> None:
    facts = spend_facts(spent, (), NOON, "s", ("p", "q"))
    assert facts["spend(total)/day"] == 0.25 and facts["spend(total)/month"] == 1.25
    assert facts["spend(task code)/day"] == 0.25 and facts["spend(task query)/day"] == 0.0
    assert facts["spend(task query)/month"] == 1.0 and facts["spend(task video)/month"] == 0.0
    assert facts["spend(provider p)/month"] == 1.25 and facts["spend(provider q)/day"] == 0.0
    assert facts["spend(session)"] == 0.25
    assert facts["pressure(p)"] == 0.0 == facts["pressure(q)"]
    assert "spend(session)" not in spend_facts(spent, (), NOON)


def test_pressure_is_that_of_the_fullest_cap_and_counts_what_is_set_aside(spent: Store) -> None:
    assert spend_facts(spent, (MONTHLY,), NOON)["pressure(p)"] == pytest.approx(1.75 / 2)
    assert spend_facts(spent, (DAILY,), NOON)["pressure(p)"] == pytest.approx(0.75)
    assert spend_facts(spent, (DAILY, MONTHLY), NOON, None, ("p",))["pressure(p)"] == pytest.approx(1.75 / 2)
    assert spend_facts(spent, (MONTHLY._replace(usd=0.0),), NOON)["pressure(p)"] == 1.0


def test_each_cap_is_shown_with_what_counts_against_it(spent: Store) -> None:
    session, call = Cap(("session",), 5.0, "session", "r"), Cap(("call",), 1.0, "call", "r")
    total = Cap(("total",), 1.0, "day", "r")
    found = pressures(spent, (MONTHLY, total, session, call), NOON)
    assert found == (
        Pressure(MONTHLY, 1.25, 0.5), Pressure(total, 0.25, 0.5), Pressure(session, None, None), Pressure(call, None, None),
    )  # fmt: skip
    assert [each.fraction for each in found] == [0.875, 0.75, None, None]
    assert pressures(spent, (session,), NOON, "s") == (Pressure(session, 0.25, 0.5),)


def test_a_snapshot_says_what_the_store_says(spent: Store, tmp_path: Path) -> None:
    path, caps = tmp_path / "state" / "spend.json", (DAILY, MONTHLY)
    Snapshots(spent, path, caps, Hand(), ("p", "q")).refresh()
    assert read_snapshot(path, NOON, "s") == spend_facts(spent, caps, NOON, "s", ("p", "q"))
    assert read_snapshot(path, NOON, "old")["spend(session)"] == 1.0
    assert read_snapshot(path, NOON, "unheard of")["spend(session)"] == 0.0
    assert "spend(session)" not in read_snapshot(path, NOON, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_snapshot_of_a_day_or_month_that_is_over_counts_nothing_of_it(spent: Store, tmp_path: Path) -> None:
    path = tmp_path / "spend.json"
    Snapshots(spent, path, (DAILY, MONTHLY), Hand(), ("p",)).refresh()
    tomorrow = read_snapshot(path, datetime(2026, 11, 26, tzinfo=UTC), "s")
    assert (tomorrow["spend(total)/day"], tomorrow["spend(total)/month"]) == (0.0, 1.25)
    assert tomorrow["pressure(p)"] == 0.875
    december = read_snapshot(path, datetime(2026, 12, 1, tzinfo=UTC), "s")
    assert (december["spend(total)/month"], december["pressure(p)"], december["spend(session)"]) == (0.0, 0.0, 0.25)


def test_a_snapshot_is_written_once_a_second_at_most(spent: Store, tmp_path: Path) -> None:
    path, clock = tmp_path / "spend.json", Hand()
    writer = Snapshots(spent, path, (), clock)
    writer.refresh()
    path.unlink()
    clock.forward(seconds=0.9)
    writer.refresh()
    assert not path.exists()
    clock.forward(seconds=0.2)
    writer.refresh()
    assert path.exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"day":1}', "\0", '{"days":["x","y"],"day":[],"month":{},"sessions":{}}'])
def test_a_snapshot_that_is_none_of_ours_tells_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "spend.json"
    assert read_snapshot(path, NOON, "s") == {}
    path.write_text(text, encoding="utf-8")
    assert read_snapshot(path, NOON, "s") == {}
