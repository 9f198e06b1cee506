"""What a call's money costs in time: reserve and settle together, beside one bare insert, on an empty and on a full ledger."""

import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import insert

from benches.state import machine
from router.base.clock import system_clock
from router.model.decision import Cap
from router.model.ledger import Asker, Claim, Exceeded, Settlement, Usage
from router.record.audit.auditor import Auditor
from router.record.audit.keys import open_keys
from router.record.budgets import spend_facts
from router.record.claims import Settled, to_row
from router.record.ids import new_id
from router.record.ledger import Ledger
from router.record.money import micros
from router.record.settling import Audit
from router.record.spool import Spool
from router.record.store import Store, open_store
from router.record.tables import CALLS
from router.record.tallies import changes, move

ROUNDS = 400
ROWS = 100_000
CAPS = (
    Cap(("total",), 1e6, "day", "a"),
    Cap(("provider", "openai"), 1e6, "month", "b"),
    Cap(("task", "code"), 1e6, "day", "c"),
    Cap(("session",), 1e6, "session", "d"),
)


def claim(number: int) -> Claim:
    asker = Asker("library", "ann", "claude", f"session-{number % 500}", "shop")
    return Claim(
        f"{number:032x}", 1, None, "answer", "openai/gpt", "openai", "code", "simple", 0.001, CAPS, asker
    )


SETTLED = Settlement("answered", Usage(900, 300, 100), 0.0009, False, 1200.0, 250.0)


def fill(store: Store, rows: int) -> None:
    """Settled calls of the last ninety days, with their tallies."""
    now, step = micros(system_clock()), 90 * 86_400_000_000 // rows
    for start in range(0, rows, 5000):
        with store.write() as connection:
            ended = [
                Settled(new_id(now), at, at + 1, claim(number), SETTLED)
                for number in range(start, start + 5000)
                for at in (now - (rows - number) * step,)
            ]
            connection.execute(insert(CALLS), [to_row(each) for each in ended])
            moved = changes(ended[0].claim, ended[0].at)
            for each in ended:
                moved.update(changes(each.claim, each.at, spent=900_000))
            move(connection, moved)


clock = time.process_time
"""CPU, since the machine may be busy: SQLite's writes wait for no disk here."""


def pair_ms(ledger: Ledger) -> float:
    begun = clock()
    kept = ledger.reserve(claim(time.perf_counter_ns()))
    assert not isinstance(kept, Exceeded)
    ledger.settle(kept, SETTLED)
    return 1000 * (clock() - begun)


def bare_ms(raw: sqlite3.Connection, number: int) -> float:
    begun = clock()
    raw.execute("BEGIN IMMEDIATE")
    raw.execute("INSERT INTO bare VALUES (?, ?, ?)", (number, "openai/gpt", 900_000))
    raw.execute("COMMIT")
    return 1000 * (clock() - begun)


def bare_file(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=NORMAL")
    raw.execute("CREATE TABLE bare (number INTEGER PRIMARY KEY, model TEXT, cost INTEGER)")
    return raw


def measured(store: Store, folder: Path, audit: Audit | None, raw: sqlite3.Connection) -> tuple[float, float]:
    ledger = Ledger(store, system_clock, Spool(folder), audit=audit)
    for _ in range(20):
        pair_ms(ledger)
    pairs, bare = [], []
    for number in range(ROUNDS):
        pairs.append(pair_ms(ledger))
        bare.append(bare_ms(raw, time.perf_counter_ns() + number))
    return statistics.median(pairs), statistics.median(bare)


def facts_ms(store: Store) -> float:
    times = []
    for _ in range(100):
        begun = clock()
        spend_facts(store, CAPS, system_clock(), "session-1", ("openai", "anthropic"))
        times.append(1000 * (clock() - begun))
    return statistics.median(times)


def main() -> None:
    print(machine())
    print(f"median CPU milliseconds of {ROUNDS} calls under four caps; one bare INSERT of three columns beside it")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        auditor = Auditor(open_keys(folder / "audit"), str(folder / "usage.db"), system_clock)
        raw = bare_file(folder / "bare.db")
        store = open_store(folder / "usage.db")
        for rows in (0, ROWS):
            if rows:
                fill(store, rows)
            for words, audit in (("", None), (", with audit events", auditor.settled)):
                pair, bare = measured(store, folder, audit, raw)
                print(f"{rows:>7} rows: reserve + settle {pair:.2f}, bare {bare:.3f} ({pair / bare:.0f}x){words}")
            print(f"{rows:>7} rows: spend and pressure as facts {facts_ms(store):.2f}")


if __name__ == "__main__":
    main()
