"""How a SQLite file is made and connected to: private to its owner, in WAL mode, or read where nobody may write."""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from router.base.failures import StoreError

_PAUSE_S = 0.02


def make_file(path: Path) -> None:
    """The file, 0600 in a folder 0700, before SQLite would make it readable to all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as cause:
        reason = "read-only" if isinstance(cause, PermissionError) or cause.errno == 30 else "unreachable"
        raise StoreError(f"the store {path} cannot be opened: {cause.strerror}", reason) from cause
    try:
        if os.fstat(handle).st_mode & 0o077:
            os.fchmod(handle, 0o600)
    except PermissionError:
        pass
    finally:
        os.close(handle)


def connecting(path: Path, timeout_s: float) -> Callable[[], sqlite3.Connection]:
    """Opens connections that read and write; transactions are begun by the caller."""

    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(path, timeout=timeout_s, isolation_level=None, check_same_thread=False)
        try:
            _use_wal(raw, timeout_s)
            raw.execute("PRAGMA synchronous=NORMAL")
        except BaseException:
            raw.close()
            raise
        return raw

    return connect


def _use_wal(raw: sqlite3.Connection, timeout_s: float) -> None:
    """The mode stays in the file, so only the first processes change it; SQLite does not wait for a lock there itself."""
    deadline = time.monotonic() + timeout_s
    while raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            raw.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as cause:
            if cause.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_S)


def connecting_to_read(path: Path) -> Callable[[], sqlite3.Connection]:
    """Opens connections that only read.

    Readers of a folder they may not write in cannot make the file that WAL shares: nobody writes there, so none is needed.
    """
    place = path.absolute().as_uri()

    def connect() -> sqlite3.Connection:
        for options in ("mode=ro", "mode=ro&immutable=1"):
            raw = sqlite3.connect(
                f"{place}?{options}", uri=True, timeout=5.0, isolation_level=None, check_same_thread=False
            )
            try:
                raw.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
                return raw
            except sqlite3.OperationalError as cause:
                raw.close()
                if "immutable" in options or cause.sqlite_errorcode & 0xFF not in _NO_WAL:
                    raise
        raise AssertionError("the last form returns or raises")

    return connect


_NO_WAL = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
