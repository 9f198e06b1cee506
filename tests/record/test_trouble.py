"""A store that cannot be used: what is said, what goes on, and that nothing is lost."""

import os
import resource
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from router.base.failures import StoreError
from router.model.ledger import Reservation
from router.record.drain import Drained, drain
from router.record.spool import Spool
from router.record.store import Store, open_store
from router.record.tables import CALLS
from tests.record.processes import ROOT
from tests.record.record_world import DOLLAR_A_DAY, Hand, answered, claim, count, ledger, totals


def damaged(path: Path) -> str:
    path.write_bytes(b"not a database, and long enough to be looked at as one" * 40)
    return "damaged"


def torn_in_the_middle(path: Path) -> str:
    """Pages overwritten, the header left as it was."""
    store = open_store(path)
    book = ledger(store, Hand())
    for _ in range(60):
        kept = book.reserve(claim())
        assert isinstance(kept, Reservation)
        book.settle(kept, answered())
    store.close()
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xab" * (len(data) - 4096)
    path.write_bytes(data)
    return "damaged"


def a_folder(path: Path) -> str:
    path.mkdir()
    return "unreachable"


def beneath_a_file(path: Path) -> str:
    path.parent.rmdir()
    path.parent.write_text("a file", encoding="utf-8")
    return "unreachable"


def newer(path: Path) -> str:
    open_store(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE llm_router_version SET version_num = '9999'")
    return "newer"


def foreign(path: Path) -> str:
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE calls (number TEXT)")
    return "unusable"


BROKEN = (damaged, torn_in_the_middle, a_folder, beneath_a_file, newer, foreign)


@pytest.fixture(params=BROKEN, ids=lambda breaking: breaking.__name__)
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A store's path where something is wrong, and the reason that is given for it."""
    path = tmp_path / "home" / "usage.db"
    path.parent.mkdir()
    return path, request.param(path)


def test_what_is_wrong_is_said_in_one_line(broken: tuple[Path, str]) -> None:
    path, reason = broken
    with pytest.raises(StoreError) as failure:
        ledger(open_store(path), Hand()).expire()
    assert failure.value.reason == reason
    assert str(path) in str(failure.value) and "\n" not in str(failure.value) and len(str(failure.value)) < 300


def test_open_lets_calls_go_on_and_the_spool_keeps_their_cost(broken: tuple[Path, str], tmp_path: Path) -> None:
    path, _ = broken
    spool, heard = Spool(tmp_path / "spool"), list[str]()
    book = ledger(Store(path), Hand(), spool=spool, on_failure="open", warn=heard.append)
    kept = book.reserve(claim(0.3, DOLLAR_A_DAY))
    assert isinstance(kept, Reservation) and kept.on_trust
    book.settle(kept, answered(0.2))
    assert len(heard) == 1 and "goes on without its budget being checked" in heard[0]
    mended = open_store(tmp_path / "mended.db")
    assert drain(mended, spool, Hand()) == Drained(1, 0)
    assert totals(mended) == (0.2, 0.0)


def test_closed_refuses_what_a_cap_covers_and_lets_the_rest_go_on(broken: tuple[Path, str]) -> None:
    path, reason = broken
    book = ledger(Store(path), Hand(), on_failure="closed")
    for usd in (0.01, None):
        with pytest.raises(StoreError, match="`budget_failure` is closed") as failure:
            book.reserve(claim(usd, DOLLAR_A_DAY))
        assert failure.value.reason == reason
    for free in (claim(0.0, DOLLAR_A_DAY), claim(5.0)):
        kept = book.reserve(free)
        assert isinstance(kept, Reservation) and kept.on_trust


def test_a_store_that_is_mended_is_used_again_without_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "usage.db"
    damaged(path)
    store, spool = Store(path), Spool(tmp_path / "spool")
    book = ledger(store, Hand(), spool=spool, on_failure="open")
    kept = book.reserve(claim(0.3, DOLLAR_A_DAY))
    assert isinstance(kept, Reservation)
    path.unlink()
    later = book.reserve(claim(0.4, DOLLAR_A_DAY))
    assert isinstance(later, Reservation) and not later.on_trust
    book.settle(kept, answered(0.3))
    book.settle(later, answered(0.4))
    assert drain(store, spool, Hand()).entered == 1
    assert totals(store) == (0.7, 0.0)


def test_a_locked_database_is_waited_for_and_then_named(tmp_path: Path) -> None:
    path, spool = tmp_path / "usage.db", Spool(tmp_path / "spool")
    store = open_store(path, busy_timeout_s=0.05)
    book = ledger(store, Hand(), spool=spool)
    kept = book.reserve(claim(0.3, DOLLAR_A_DAY))
    assert isinstance(kept, Reservation)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another program") as failure:
        book.reserve(claim(0.3, DOLLAR_A_DAY))
    assert failure.value.reason == "locked"
    book.settle(kept, answered(0.2))
    with store.read() as connection:
        assert connection.execute(select(CALLS)).all() == []
    other.execute("ROLLBACK")
    assert drain(store, spool, Hand()) == Drained(1, 0)
    assert totals(store) == (0.2, 0.0)


def test_a_settlement_that_waited_until_its_lease_ran_out_corrects_what_expired(tmp_path: Path) -> None:
    path, spool, clock = tmp_path / "usage.db", Spool(tmp_path / "spool"), Hand()
    store = open_store(path, busy_timeout_s=0.05)
    book = ledger(store, clock, spool=spool, lease_s=60.0)
    kept = book.reserve(claim(0.3, DOLLAR_A_DAY))
    assert isinstance(kept, Reservation)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    book.settle(kept, answered(0.1))
    other.execute("ROLLBACK")
    clock.forward(seconds=61)
    assert book.expire() == 1 and totals(store) == (0.3, 0.0)
    drain(store, spool, clock)
    assert totals(store) == (0.1, 0.0) and count(store, CALLS) == 1


def test_a_password_stands_in_no_message(server: str) -> None:
    hidden = "tomatoes-on-the-vine"
    for address in (
        f"postgresql://nobody:{hidden}@127.0.0.1:1/none", f"postgresql://127.0.0.1:1/none?password={hidden}",
        f"postgresql://postgres:{hidden}@127.0.0.1:5432/there_is_no_such_database", f"mysql://root:{hidden}@h/d",
        f"postgresql://u:{hidden}@h:port/d", f"://{hidden}",
    ):  # fmt: skip
        with pytest.raises(StoreError) as failure:
            open_store(address, busy_timeout_s=2.0)
        assert hidden not in str(failure.value)


def test_a_server_out_of_reach_is_named(server: str) -> None:
    with pytest.raises(StoreError, match="cannot be reached") as failure:
        open_store("postgresql://postgres@127.0.0.1:1/none", busy_timeout_s=2.0)
    assert failure.value.reason == "unreachable"
    with pytest.raises(StoreError, match="no database of that name"):
        open_store(f"{server.rpartition('/')[0]}/there_is_no_such_database")


def test_a_server_that_only_reads_is_named(postgres: str) -> None:
    open_store(postgres).close()
    store = open_store(postgres, read_only=True)
    with pytest.raises(StoreError) as failure:
        ledger(store, Hand()).reserve(claim(0.1, DOLLAR_A_DAY))
    assert failure.value.reason == "read-only"


def test_the_file_is_the_owners_alone_and_so_are_its_helpers(tmp_path: Path) -> None:
    path = tmp_path / "home" / "usage.db"
    store = open_store(path)
    ledger(store, Hand()).reserve(claim())
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["usage.db", "usage.db-shm", "usage.db-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


FULL = """
import resource, signal, sys
from pathlib import Path
from router.model.ledger import Reservation
from router.record.spool import Spool, SpoolError
from router.record.store import open_store
from tests.record.record_world import DOLLAR_A_DAY, Hand, answered, claim, ledger
from router.base.failures import StoreError
path, folder, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = open_store(path)
heard = []
book = ledger(store, Hand(), spool=Spool(folder), on_failure="closed", warn=heard.append)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
while True:
    try:
        kept = book.reserve(claim(0.0001, DOLLAR_A_DAY))
    except StoreError as failure:
        print(failure.reason, failure)
        break
    assert isinstance(kept, Reservation), kept
    book.settle(kept, answered(0.0001))
    print("settled", kept.id, "spooled" if heard else "stored")
    heard.clear()
"""


def test_a_full_disk_is_named_and_loses_no_settled_call(tmp_path: Path) -> None:
    path, folder = tmp_path / "usage.db", tmp_path / "spool"
    store = open_store(path)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    size = (path.parent / "usage.db-wal").stat().st_size
    command = [sys.executable, "-c", FULL, str(path), str(folder), str(size + 200_000)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    *settled, last = done.stdout.splitlines()
    assert last.startswith("full ") and "disk is full" in last and len(settled) >= 3
    spooled = [line for line in settled if line.endswith("spooled")]
    assert drain(store, Spool(folder), Hand()) == Drained(len(spooled), 0)
    with store.read() as connection:
        kept = set(connection.execute(select(CALLS.c.id)).scalars())
    assert {line.split()[1] for line in settled} <= kept
    assert totals(store)[0] == pytest.approx(len(kept) * 0.0001)
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)


AS_NOBODY = """
import os, sys
from pathlib import Path
path = Path(sys.argv[1])
sys.path.insert(0, sys.argv[2])
from sqlalchemy import select
from router.base.failures import StoreError
from router.record.store import open_store
from router.record.tables import CALLS
import router.record.ledger, router.record.trouble
from tests.record.record_world import Hand, claim, ledger
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
with open_store(path, read_only=True).read() as connection:
    print("rows", len(connection.execute(select(CALLS)).all()))
try:
    ledger(open_store(path), Hand()).expire()
except StoreError as failure:
    print(failure.reason)
"""


@pytest.mark.parametrize("still_open", [True, False])
def test_a_folder_one_may_not_write_in_is_read_and_named(tmp_path: Path, still_open: bool) -> None:
    home = tmp_path / "home"
    store = open_store(home / "usage.db")
    book = ledger(store, Hand())
    kept = book.reserve(claim())
    assert isinstance(kept, Reservation)
    book.settle(kept, answered())
    if not still_open:
        store.close()
    opened = [folder for folder in (home, *home.parents) if folder.stat().st_uid == os.getuid() and folder != Path("/")]
    before = {folder: folder.stat().st_mode for folder in opened}
    try:
        for folder in opened:
            folder.chmod(0o555)
        for file in home.iterdir():
            file.chmod(0o444)
        command = [sys.executable, "-c", AS_NOBODY, str(home / "usage.db"), str(ROOT)]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    finally:
        for folder, mode in before.items():
            folder.chmod(stat.S_IMODE(mode))
    assert done.stderr == "" and done.stdout.splitlines() == ["rows 1", "read-only"]


def test_a_call_that_nothing_takes_is_kept_until_something_does(tmp_path: Path) -> None:
    path, in_the_way = tmp_path / "usage.db", tmp_path / "spool"
    damaged(path)
    in_the_way.write_text("a file", encoding="utf-8")
    spool, heard = Spool(in_the_way), list[str]()
    book = ledger(Store(path), Hand(), spool=spool, on_failure="open", warn=heard.append)
    kept = book.reserve(claim(0.3, DOLLAR_A_DAY))
    assert isinstance(kept, Reservation)
    book.settle(kept, answered(0.2))
    assert "known to this process alone" in heard[-1] and not book.flush()
    in_the_way.unlink()
    path.unlink()
    assert isinstance(book.reserve(claim(0.1, DOLLAR_A_DAY)), Reservation)
    store = open_store(path)
    assert drain(store, spool, Hand()) == Drained(1, 0)
    assert totals(store) == (0.2, 0.1) and book.flush()


ENDING = """
import sys
from pathlib import Path
from router.record.spool import Spool
from router.record.store import Store
from tests.record.record_world import DOLLAR_A_DAY, Hand, answered, claim, ledger

folder = Path(sys.argv[1])
book = ledger(Store(folder / "usage.db"), Hand(), spool=Spool(folder / "spool"), on_failure="open")
for _ in range(2):
    book.settle(book.reserve(claim(0.3, DOLLAR_A_DAY)), answered(0.2))
(folder / "spool").unlink()
"""


def test_a_process_that_ends_tries_once_more_to_keep_what_nothing_took(tmp_path: Path) -> None:
    damaged(tmp_path / "usage.db")
    (tmp_path / "spool").write_text("a file", encoding="utf-8")
    command = [sys.executable, "-c", ENDING, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    store = open_store(tmp_path / "mended.db")
    assert drain(store, Spool(tmp_path / "spool"), Hand()) == Drained(2, 0)
    assert totals(store) == (0.4, 0.0)


@pytest.mark.parametrize("usd", [float("nan"), float("inf"), -1.0])
def test_what_is_no_amount_of_money_counts_as_unknown(tmp_path: Path, usd: float) -> None:
    store = open_store(tmp_path / "usage.db")
    book = ledger(store, Hand())
    kept = book.reserve(claim(usd, DOLLAR_A_DAY))
    assert isinstance(kept, Reservation)
    book.settle(kept, answered(usd))
    with store.read() as connection:
        assert connection.execute(select(CALLS.c.cost_nano)).all() == [(None,)]
    assert totals(store) == (0.0, 0.0)
