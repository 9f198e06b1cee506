"""Many processes at one store, some of them killed: no cap overrun, no settled call lost, nothing left set aside."""

import os
import signal
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from router.base.clock import system_clock
from router.record.ledger import Ledger
from router.record.money import micros
from router.record.settling import expire_in
from router.record.spool import Spool
from router.record.store import Store, open_store
from router.record.tables import CALLS, METADATA, RESERVATIONS
from tests.record.processes import begin, said, start
from tests.record.record_world import count, sums_of_rows, sums_of_tallies

NEVER = -1
CENT = 10_000_000


def money(store: Store) -> tuple[int, int]:
    """Nanodollars spent and reserved, by the rows; the tallies must say the same."""
    with store.read() as connection:
        rows = sums_of_rows(connection)
        assert sums_of_tallies(connection) == rows
        month = next(pair for (scope, _, period), pair in rows.items() if scope == "total" and len(period) == 7)
    return month


@pytest.mark.slow
def test_sixteen_processes_of_fifty_calls_stay_within_a_dollar(store: Store, address: str, tmp_path: Path) -> None:
    workers = [start("spend", address, tmp_path, 50, NEVER) for _ in range(16)]
    begin(workers)
    lines = [line for worker in workers for line in said(worker)]
    assert [worker.returncode for worker in workers] == [0] * 16 and len(lines) == 16 * 50
    passed = [line for line in lines if line.startswith("passed")]
    assert len(passed) == 100 and money(store) == (100 * CENT, 0)
    assert count(store, CALLS) == 100 and count(store, RESERVATIONS) == 0


@pytest.mark.slow
@pytest.mark.parametrize("scope", ["session", "provider p", "task code"])
def test_a_cap_of_any_scope_is_shared_by_all_processes(store: Store, address: str, tmp_path: Path, scope: str) -> None:
    workers = [start("spend", address, tmp_path, 20, NEVER, scope) for _ in range(6)]
    begin(workers)
    passed = [line for worker in workers for line in said(worker) if line.startswith("passed")]
    assert len(passed) == 100 and money(store) == (100 * CENT, 0)
    assert count(store, RESERVATIONS) == 0


@pytest.mark.slow
def test_a_third_of_the_processes_killed_in_the_midst_of_a_call_break_no_cap(
    store: Store, address: str, tmp_path: Path
) -> None:
    doomed = [start("spend", address, tmp_path, 50, calls) for calls in range(5)]
    others = [start("spend", address, tmp_path, 50, NEVER) for _ in range(11)]
    begin(doomed)
    told = [said(worker) for worker in doomed]
    assert [worker.returncode for worker in doomed] == [-signal.SIGKILL] * 5
    assert [lines[-1] for lines in told] == ["dying"] * 5
    begin(others)
    told += [said(worker) for worker in others]
    passed = {line.split()[1] for lines in told for line in lines if line.startswith("passed")}
    assert len(passed) == 95, "what died holds its money, and all the rest is spent"
    assert money(store) == (95 * CENT, 5 * CENT)
    later = micros(system_clock() + timedelta(hours=2))
    assert store.run(lambda connection: expire_in(connection, later)) == 5
    assert money(store) == (100 * CENT, 0) and count(store, RESERVATIONS) == 0
    with store.read() as connection:
        settled = set(connection.execute(select(CALLS.c.id).where(CALLS.c.outcome == "answered")).scalars())
    assert settled == passed, "no settled call is lost"


@pytest.mark.slow
def test_a_process_killed_anywhere_loses_no_settled_call_and_the_next_start_needs_no_repair(
    store: Store, address: str, tmp_path: Path
) -> None:
    heard: list[str] = []
    for lines in (1, 5, 12, 20):
        worker = start("settle_until_killed", address, tmp_path)
        begin([worker])
        assert worker.stdout is not None
        heard += [worker.stdout.readline().decode().strip() for _ in range(lines)]
        os.kill(worker.pid, signal.SIGKILL)
        heard += said(worker)
    fresh = open_store(address)
    with fresh.read() as connection:
        kept = set(connection.execute(select(CALLS.c.id)).scalars())
    assert len(heard) >= 38 and set(heard) <= kept
    assert len(kept) + count(fresh, RESERVATIONS) <= len(heard) + 4 * 2
    spent, reserved = money(fresh)
    assert spent == len(kept) * 1_000_000 and reserved == count(fresh, RESERVATIONS) * 1_000_000
    later = Ledger(fresh, lambda: system_clock() + timedelta(hours=2), Spool(tmp_path))
    later.expire()
    assert count(fresh, RESERVATIONS) == 0
    fresh.close()


@pytest.mark.slow
def test_many_first_starts_at_once_make_one_store(address: str) -> None:
    workers = [start("first_start", address) for _ in range(12)]
    begin(workers)
    assert [said(worker) for worker in workers] == [["open"]] * 12
    with open_store(address).read() as connection:
        for table in METADATA.sorted_tables:
            assert connection.execute(select(table)).first() is None


def test_sqlite_finds_nothing_wrong_after_a_writer_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    worker = start("settle_until_killed", path, tmp_path)
    begin([worker])
    assert worker.stdout is not None and len(worker.stdout.readline()) == 33
    os.kill(worker.pid, signal.SIGKILL)
    said(worker)
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)
