"""Every test that asks for `address` or `store` runs on SQLite and on PostgreSQL."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from router.record.store import Store, open_store

SERVER = os.environ.get("LLM_ROUTER_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def _server_is_there() -> bool:
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="session")
def server() -> str:
    """PostgreSQL's address; without one its half is skipped, except in CI."""
    if not _server_is_there():
        if os.environ.get("CI"):
            pytest.fail(f"no PostgreSQL answers at {SERVER}, and CI must not skip its half")
        pytest.skip(f"no PostgreSQL answers at {SERVER}")
    return SERVER


@pytest.fixture
def postgres(server: str) -> Iterator[str]:
    """The address of an empty schema of its own."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE SCHEMA {name}")
        yield f"{server}?options=-csearch_path%3D{name}"
        admin.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An address where no store is yet."""
    if request.param == "sqlite":
        return str(tmp_path / "home" / "usage.db")
    found: str = request.getfixturevalue("postgres")
    return found


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """An empty store."""
    opened = open_store(address)
    yield opened
    opened.close()
