"""Every proof runs on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from tests.audit.audit_world import World, postgres_engine, sqlite_engine


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Engine]:
    try:
        with postgres_engine() as engine:
            yield engine
    except OperationalError as reason:
        pytest.skip(f"no PostgreSQL at 127.0.0.1:5432: {reason.orig}")


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """An empty store and new keys."""
    if request.param == "sqlite":
        engine = sqlite_engine(tmp_path / "store.db")
        yield World.of(engine, tmp_path / "audit")
        engine.dispose()
        return
    engine = request.getfixturevalue("postgres")
    made = World.of(engine, tmp_path / "audit")
    yield made
    with engine.begin() as connection:
        for table in ("audit_events", "audit_heads", "audit_checkpoints"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
