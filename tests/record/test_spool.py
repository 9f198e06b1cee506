"""The spool and its drain: what was acknowledged enters once, whatever is killed."""

import os
import random
import signal
import stat
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from router.base.failures import StoreError
from router.record.claims import Settled, settled_to_plain
from router.record.drain import Drained, drain
from router.record.money import micros
from router.record.spool import Spool, SpoolError
from router.record.store import Store
from router.record.tables import CALLS, FEEDBACK, HOOKS
from tests.record.processes import ROOT, begin, said, start
from tests.record.record_world import NOON, Hand, answered, claim, count, totals

HOOK = {"at": 1, "host": "claude", "event": "prompt", "ok": True, "error": None, "ms": 3.5}


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def hooks(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(select(HOOKS.c.host, HOOKS.c.event).order_by(HOOKS.c.at))]


def test_lines_enter_in_order_and_the_spool_is_empty_then(store: Store, spool: Spool) -> None:
    for number in range(450):
        spool.append("hook", HOOK | {"at": number, "event": str(number)})
    assert drain(store, spool, Hand()) == Drained(450, 0)
    assert hooks(store) == [("claude", str(number)) for number in range(450)]
    assert drain(store, spool, Hand()) == Drained(0, 0) and not spool.waiting()


def test_files_are_the_owners_alone(spool: Spool) -> None:
    spool.append("hook", HOOK)
    assert stat.S_IMODE((spool.folder / "spool.jsonl").stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700


def test_a_drain_that_was_killed_before_it_removed_its_file_enters_nothing_twice(store: Store, spool: Spool) -> None:
    spool.append("hook", HOOK)
    spool.append("feedback", {"kind": "rating", "good": True})
    (taken,) = spool.take(5)
    copy = taken.read_bytes()
    assert drain(store, spool, Hand()) == Drained(2, 0)
    taken.write_bytes(copy)
    assert drain(store, spool, Hand()) == Drained(0, 0)
    assert (count(store, HOOKS), count(store, FEEDBACK)) == (1, 1) and not taken.exists()


def test_a_torn_line_swallows_no_other(store: Store, spool: Spool) -> None:
    spool.append("hook", HOOK)
    with (spool.folder / "spool.jsonl").open("ab") as file:
        file.write(b'\n{"id":"torn","kind":"ho')
    spool.append("hook", HOOK | {"event": "after"})
    assert drain(store, spool, Hand()) == Drained(2, 1)
    assert (spool.folder / "spool.rejected").read_bytes() == b'{"id":"torn","kind":"ho\n'


LINES = 120
BAD = (
    b"[]", b"nonsense", b'{"id":"1","kind":"hook"}', b'{"id":"2","kind":"elephant","body":{}}',
    b'{"id":"3","kind":"hook","body":{"host":"h"}}', b'{"id":"4","kind":"call","body":{"claim":{}}}',
    b'{"id":"5","kind":"decision","body":{"row":[]}}', b'{"id":4,"kind":"hook","body":{}}',
    b'{"id":"6","kind":"hook","body":{"host":["h"],"event":"e","ok":true}}', b"\xff\xfe", b"[" * 5000,
    b'{"id":"7","kind":"hook","body":{"host":"h","event":"e","ok":true,"at":99999999999999999999999}}',
    b'{"id":"8","kind":"hook","body":{"host":"h","event":"e","ok":17}}',
    b'{"id":"9","kind":"feedback","body":{"kind":"a kind that is far too long","at":{}}}',
)  # fmt: skip


def test_bad_lines_are_kept_aside_and_hold_nothing_up(store: Store, spool: Spool) -> None:
    spool.append("hook", HOOK | {"event": "first"})
    for line in BAD:
        with (spool.folder / "spool.jsonl").open("ab") as file:
            file.write(line + b"\n")
        spool.append("hook", HOOK)
    assert drain(store, spool, Hand()) == Drained(len(BAD) + 1, len(BAD))
    assert sorted((spool.folder / "spool.rejected").read_bytes().splitlines()) == sorted(BAD)
    assert drain(store, spool, Hand()) == Drained(0, 0)


def test_text_that_no_database_holds_enters_with_marks_in_its_place(store: Store, spool: Spool) -> None:
    spool.append("hook", HOOK | {"host": "a\0b\ud800c"})
    assert drain(store, spool, Hand()) == Drained(1, 0)
    assert hooks(store) == [("a\N{REPLACEMENT CHARACTER}b?c", "prompt")]


def test_a_call_enters_with_its_money_once(store: Store, spool: Spool) -> None:
    settled = Settled("a" * 32, micros(NOON), micros(NOON) + 5, claim(0.2), answered(0.25))
    spool.append("call", settled_to_plain(settled))
    spool.append("call", settled_to_plain(settled))
    assert drain(store, spool, Hand()) == Drained(2, 0)
    assert totals(store) == (0.25, 0.0) and count(store, CALLS) == 1


def test_what_the_store_cannot_take_waits(tmp_path: Path, spool: Spool) -> None:
    damaged = tmp_path / "usage.db"
    damaged.write_bytes(b"this is no database at all" * 100)
    spool.append("hook", HOOK)
    with pytest.raises(StoreError, match="no SQLite database") as failure:
        drain(Store(damaged), spool, Hand())
    assert failure.value.reason == "damaged"
    damaged.unlink()
    assert drain(Store(damaged), spool, Hand()) == Drained(1, 0)


def test_a_spool_that_cannot_be_written_says_so_and_an_offer_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    broken = Spool(tmp_path / "file" / "spool")
    assert broken.offer("hook", HOOK) is False and not broken.waiting()
    with pytest.raises(SpoolError, match="takes nothing"):
        broken.append("hook", HOOK)


def test_a_line_that_comes_after_its_file_was_drained_is_written_again(store: Store, spool: Spool) -> None:
    spool.append("hook", HOOK)
    drained: list[Drained] = []

    def between_open_and_write(frame: object, event: str, called: object) -> None:
        if event == "c_call" and called is os.write and not drained:
            drained.append(drain(store, spool, Hand()))

    sys.setprofile(between_open_and_write)
    try:
        spool.append("hook", HOOK | {"event": "late"})
    finally:
        sys.setprofile(None)
    assert drained == [Drained(1, 0)]
    assert drain(store, spool, Hand()) == Drained(1, 0)
    assert sorted(event for _, event in hooks(store)) == ["late", "prompt"]


@pytest.mark.slow
def test_fifty_writers_and_two_drains_killed_at_random_lose_and_double_nothing(store: Store, address: str, spool: Spool) -> None:
    chance = random.Random(7)
    writers = [start("write_spool", spool.folder, f"w{number}", LINES) for number in range(50)]
    drains = [start("drain_until_told", address, spool.folder) for _ in range(2)]
    begin([*writers, *drains])
    heard: list[str] = []
    for number in range(0, 50, 3):
        output = writers[number].stdout
        assert output is not None
        heard += [output.readline().decode().strip() for _ in range(chance.randrange(1, 9))]
        os.kill(writers[number].pid, signal.SIGKILL)
        if number == 24:
            os.kill(drains[0].pid, signal.SIGKILL)
    for writer in writers:
        heard += said(writer)
    said(drains[0])
    said(drains[1])
    assert drains[0].returncode == -signal.SIGKILL and drains[1].returncode == 0
    assert drain(store, spool, Hand()).rejected == 0
    entered = Counter(f"{host} {event}" for host, event in hooks(store))
    # On a fast machine the writers are done before they are killed; the drains are killed all the same.
    assert 33 * LINES < len(heard) <= 50 * LINES and set(heard) <= set(entered)
    assert set(entered.values()) == {1}
    assert not list(spool.folder.glob("*.rejected"))


def test_what_hooks_import_of_the_record_needs_no_library() -> None:
    program = "import sys, router.record.spool, router.record.decision_body, router.record.snapshot; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "router.record.spool" in loaded and not loaded & {"sqlalchemy", "alembic", "sqlite3", "psycopg", "yaml"}
