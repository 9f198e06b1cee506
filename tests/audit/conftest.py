"""Every proof runs on both databases."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from tests.audit.audit_world import World, postgres_engine, sqlite_engine
from tests.audit.shell import Shell


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """A database shared by the tests that begin with an empty store."""
    yield from _postgres()


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """An empty store and new keys."""
    if request.param == "sqlite":
        yield from _in_file(tmp_path)
        return
    made = World.of(request.getfixturevalue("postgres"), tmp_path / "audit")
    yield made
    with made.engine.begin() as connection:
        for table in ("audit_events", "audit_heads", "audit_checkpoints"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A store with 300 events, for tests that take back what they do to it."""
    folder = tmp_path_factory.mktemp("filled")
    if request.param == "sqlite":
        worlds = _in_file(folder)
    else:
        worlds = (World.of(engine, folder / "audit") for engine in _postgres())
    for made in worlds:
        made.fill(300)
        yield made


def _in_file(folder: Path) -> Iterator[World]:
    engine = sqlite_engine(folder / "store.db")
    yield World.of(engine, folder / "audit")
    engine.dispose()


def _postgres() -> Iterator[Engine]:
    try:
        with postgres_engine() as engine:
            yield engine
    except OperationalError as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL at 127.0.0.1:5432: {reason.orig}")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)
