"""The store: a SQLite file of the user or a team's PostgreSQL, behind one way to read and one way to write.

SQLite runs in WAL mode with `synchronous=NORMAL`: what was committed survives the death of any process at any point.
A power cut may take the last moments before it with it, never the file's consistency; waiting for the disk at each
of two commits a call would cost more than the whole ledger does. PostgreSQL keeps its own promise.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.pool import QueuePool

from router.base.failures import StoreError
from router.record import schema
from router.record.sqlite_file import connecting, connecting_to_read, make_file
from router.record.trouble import translated, worth_another_try

T = TypeVar("T")
_TRIES = 8


class Store:
    """One database; nothing is touched before the first use, and a use that failed is tried afresh by the next.

    Safe to share between threads. Every method raises `StoreError` when the database is locked, read-only, full,
    damaged, out of reach, or written by a newer program.
    """

    def __init__(self, address: str | Path, *, busy_timeout_s: float = 5.0, read_only: bool = False) -> None:
        """`address` is a path or a URL (`sqlite:///…`, `postgresql://…`); a reader never makes or migrates anything."""
        self._url = _url(address)
        self._timeout_s = busy_timeout_s
        self._read_only = read_only
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._reading: Engine | None = None
        self._process = 0
        self.is_file = self._url.get_backend_name() == "sqlite"
        self.shown = _shown(self._url)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes: all of it is kept, or, when the body raises, nothing."""
        engine = self._ready()
        with translated(self.shown), engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that reads one state of the store."""
        self._ready()
        engine = self._reading
        assert engine is not None
        with translated(self.shown), engine.begin() as connection:
            yield connection

    def run(self, work: Callable[[Connection], T]) -> T:
        """`work` in one writing transaction, again when PostgreSQL gave it up for another; so it must be repeatable."""
        engine = self._ready()
        with translated(self.shown):
            for attempt in range(_TRIES):
                try:
                    with engine.begin() as connection:
                        return work(connection)
                except exc.DBAPIError as cause:
                    if not worth_another_try(cause) or attempt == _TRIES - 1:
                        raise
        raise AssertionError("the last try returns or raises")

    def open(self) -> None:
        """Connects and makes or migrates the schema now."""
        self._ready()

    def close(self) -> None:
        """Gives all connections back; the next use opens them again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose(close=self._process == os.getpid())
            self._engine = None

    def _ready(self) -> Engine:
        """The engine; connections are never shared with a forked process."""
        engine = self._engine
        if engine is not None and self._process == os.getpid():
            return engine
        with self._lock:
            if self._engine is None or self._process != os.getpid():
                if self._engine is not None:
                    self._engine.dispose(close=False)
                opened = self._opened()
                self._reading = opened.execution_options(reads=True)
                self._engine, self._process = opened, os.getpid()
            return self._engine

    def _opened(self) -> Engine:
        engine = self._file_engine() if self.is_file else self._server_engine()
        try:
            with translated(self.shown):
                if self._read_only:
                    schema.check_version(schema.version_of(engine.execution_options(reads=True)), self.shown)
                else:
                    schema.prepare(engine, self.shown)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _file_engine(self) -> Engine:
        path = Path(self._url.database or "")
        if not self._read_only:
            make_file(path)
        with translated(self.shown):
            connect = connecting_to_read(path) if self._read_only else connecting(path, self._timeout_s)
            connect().close()
        engine = create_engine(
            "sqlite://", creator=connect, poolclass=QueuePool, pool_timeout=self._timeout_s, max_overflow=64
        )
        event.listen(engine, "begin", _begin)
        return engine

    def _server_engine(self) -> Engine:
        try:
            engine = create_engine(
                self._url,
                pool_pre_ping=True,
                pool_timeout=self._timeout_s,
                connect_args={"connect_timeout": max(2, round(self._timeout_s))},
            )
        except ImportError:
            raise StoreError(
                f"the store {self.shown} needs a driver: pip install 'llm-router[postgres]'", "unusable"
            ) from None
        limit_ms = round(self._timeout_s * 1000)
        event.listen(engine, "connect", lambda raw, _: _limit_waiting(raw, limit_ms, self._read_only))
        return engine


def open_store(address: str | Path, *, busy_timeout_s: float = 5.0, read_only: bool = False) -> Store:
    """The store at a path or URL, connected and with its schema in place; raises `StoreError` when it cannot be used."""
    store = Store(address, busy_timeout_s=busy_timeout_s, read_only=read_only)
    store.open()
    return store


def _url(address: str | Path) -> URL:
    if isinstance(address, Path) or "://" not in address:
        return URL.create("sqlite", database=str(address))
    try:
        url = make_url(address)
    except (exc.ArgumentError, ValueError):
        # The address is not repeated: it may hold a password.
        raise StoreError("the store's address is no URL: write a path or postgresql://user@host/name") from None
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database:
        return url.set(drivername="sqlite")
    raise StoreError(f"the store's address begins with `{backend}`: write a path or postgresql://user@host/name")


def _shown(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def _begin(connection: Connection) -> None:
    """A writer takes SQLite's one write lock at once: a lock taken later could not wait and would fail."""
    reads = connection.get_execution_options().get("reads", False)
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("BEGIN" if reads else "BEGIN IMMEDIATE")


def _limit_waiting(raw: Any, limit_ms: int, read_only: bool) -> None:
    before, raw.autocommit = raw.autocommit, True
    raw.execute(f"SET lock_timeout = {limit_ms}")
    if read_only:
        raw.execute("SET default_transaction_read_only = on")
    raw.autocommit = before
