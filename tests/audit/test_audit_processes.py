"""Several processes append to one chain, and processes are killed at any point."""

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select

from router.model.audit import new_id
from router.record.audit.anchor import read_anchor
from router.record.audit.auditor import Auditor
from router.record.audit.keys import open_keys, read_keys
from router.record.tables import AUDIT_EVENTS
from tests.audit.audit_world import World, clock_from, decision, sqlite_engine

_FORK = multiprocessing.get_context("fork")
END = 0


class Worker:
    """A process of its own that appends events and says the number of each once it is committed."""

    def __init__(self, world: World, folder: Path, count: int) -> None:
        self.said, theirs = _FORK.Pipe()
        url = world.engine.url.render_as_string(hide_password=False)
        self.process = _FORK.Process(target=_append, args=(url, folder, count, theirs))
        self.process.start()
        theirs.close()

    def rest(self) -> list[int]:
        """All that it still says until its end."""
        found = []
        try:
            while (number := self.said.recv()) != END:
                found.append(number)
        except (EOFError, OSError):
            pass
        return found


def _append(url: str, folder: Path, count: int, said: Connection) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    engine = sqlite_engine(path, fresh=False) if url.startswith("sqlite") else create_engine(url)
    auditor = Auditor(open_keys(folder), url)
    said.send(os.getpid())
    said.recv()
    for number in range(count):
        with engine.begin() as connection:
            link = auditor.append(connection, decision(number, id=new_id()))
        said.send(link.seq)
        auditor.anchor(link)
    said.send(END)


def events(world: World) -> int:
    with world.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(AUDIT_EVENTS)).scalar_one()


def joined(world: World, folder: Path) -> World:
    """The world with the keys that the workers made, in place of its own."""
    keys = read_keys(folder)
    assert keys is not None
    url = world.engine.url.render_as_string(hide_password=False)
    return World(world.engine, keys, url, Auditor(keys, url, clock_from()))


def test_eight_processes_that_begin_at_once_make_one_chain(world: World, tmp_path: Path) -> None:
    workers = [Worker(world, tmp_path / "shared", 12) for _ in range(8)]
    for worker in workers:
        assert worker.said.recv() == worker.process.pid
    for worker in workers:
        worker.said.send("go")
    said = sorted(number for worker in workers for number in worker.rest())
    assert said == list(range(1, 97))
    (report,) = joined(world, tmp_path / "shared").verify()
    assert (report.own, report.faults, report.events) == (True, (), 96)


def test_a_killed_process_leaves_a_whole_chain_that_goes_on_without_repair(world: World, tmp_path: Path) -> None:
    last = 0
    for lines in (1, 4, 9):
        worker = Worker(world, tmp_path / "shared", 100_000)
        assert worker.said.recv() == worker.process.pid
        worker.said.send("go")
        first, *_ = [worker.said.recv() for _ in range(lines)]
        assert first > last
        worker.process.kill()
        worker.process.join()
        assert worker.process.exitcode == -signal.SIGKILL
        last = max([first + lines - 1, *worker.rest()])
        (report,) = joined(world, tmp_path / "shared").verify()
        assert report.faults == ()
        assert report.events >= last
    now = joined(world, tmp_path / "shared")
    anchored = read_anchor(now.keys, now.auditor.chain)
    assert anchored is not None and anchored.seq <= events(world)


@pytest.mark.parametrize("moved", [False, True])
def test_a_kill_between_commit_and_anchor_is_made_up_for_by_the_next_event(world: World, moved: bool) -> None:
    world.append(decision(1))
    with world.engine.begin() as connection:
        world.auditor.append(connection, decision(2))
    if moved:
        with world.engine.begin() as connection:
            assert world.auditor.catch_up(connection)
    else:
        with world.engine.begin() as connection:
            world.auditor.append(connection, decision(3))
    anchored = read_anchor(world.keys, world.auditor.chain)
    assert anchored is not None and anchored.seq == 2
    assert [report.faults for report in world.verify()] == [()]


def test_an_event_of_a_transaction_that_was_taken_back_leaves_nothing(world: World) -> None:
    world.append(decision(1))
    with world.engine.connect() as connection, connection.begin() as transaction:
        world.auditor.append(connection, decision(2))
        transaction.rollback()
    world.append(decision(3))
    (report,) = world.verify()
    assert (report.events, report.faults) == (2, ())


def test_what_happens_is_recorded_even_while_the_anchor_cannot_be_written(world: World) -> None:
    world.append(decision(1))
    path = world.keys.folder / f"{world.auditor.chain}.anchor"
    kept = path.read_bytes()
    path.unlink()
    path.mkdir()
    with world.engine.begin() as connection:
        link = world.auditor.append(connection, decision(2))
    assert not world.auditor.anchor(link)
    path.rmdir()
    path.write_bytes(kept)
    world.append(decision(3))
    (report,) = world.verify()
    assert (report.events, report.faults) == (3, ())
