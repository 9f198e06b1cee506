"""What databases complain of, as `StoreError`s that say what is wrong and what would do; passwords stay out."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from router.base.failures import StoreError

_SQLITE = {
    sqlite3.SQLITE_BUSY: ("locked", "is locked by another program"),
    sqlite3.SQLITE_LOCKED: ("locked", "is locked by another program"),
    sqlite3.SQLITE_PROTOCOL: ("locked", "is locked by another program"),
    sqlite3.SQLITE_READONLY: ("read-only", "is read-only"),
    sqlite3.SQLITE_PERM: ("read-only", "may not be opened by this user"),
    sqlite3.SQLITE_FULL: ("full", "cannot grow: the disk is full"),
    sqlite3.SQLITE_CORRUPT: ("damaged", "is damaged; move it away and a new one is made"),
    sqlite3.SQLITE_NOTADB: ("damaged", "is no SQLite database; move it away and a new one is made"),
    sqlite3.SQLITE_CANTOPEN: ("unreachable", "cannot be opened; does its folder exist, and may this user write there?"),
    sqlite3.SQLITE_IOERR: ("full", "cannot be read or written (the disk is full or failing)"),
}
_POSTGRES = {
    "08": ("unreachable", "cannot be reached"),
    "25": ("read-only", "takes no writes (read-only)"),
    "28": ("refused", "refuses this user or password"),
    "3D": ("unreachable", "has no database of that name"),
    "42": ("damaged", "lacks rights or tables that this program needs"),
    "53": ("full", "is out of disk, memory or connections"),
    "55": ("locked", "is locked by another program"),
    "57": ("unreachable", "is shutting down or broke off"),
    "58": ("full", "has a failing disk"),
    "XX": ("damaged", "is damaged"),
}
_MISFITS = ("42804", "42846")
_AGAIN = ("40001", "40P01")


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Turns what the database raises inside into a `StoreError` about the store at `address` (without a password)."""
    try:
        yield
    except exc.IntegrityError:
        raise
    except (exc.DBAPIError, exc.TimeoutError) as cause:
        reason, words = _sorted_out(cause)
        raise StoreError(f"the store {address} {words}", reason) from cause
    except sqlite3.Error as cause:
        reason, words = _of_sqlite(cause)
        raise StoreError(f"the store {address} {words}", reason) from cause


def worth_another_try(cause: exc.DBAPIError) -> bool:
    """Whether PostgreSQL gave up a transaction in favour of another one (deadlock, serialization)."""
    return getattr(cause.orig, "sqlstate", None) in _AGAIN


def _sorted_out(cause: exc.DBAPIError | exc.TimeoutError) -> tuple[str, str]:
    if isinstance(cause, exc.TimeoutError):
        return "locked", "has no free connection"
    if isinstance(cause.orig, sqlite3.Error):
        return _of_sqlite(cause.orig)
    state = getattr(cause.orig, "sqlstate", None)
    if state in _MISFITS or isinstance(cause, exc.DataError) or (not state and isinstance(cause, exc.ProgrammingError)):
        return "misfit", "does not take a value of this record"
    return _POSTGRES.get((state or _signing_in(str(cause.orig)))[:2], ("unusable", f"fails (SQLSTATE {state})"))


def _signing_in(said: str) -> str:
    """The class of a failed connection, for which the driver gives no state but only the server's words."""
    if "does not exist" in said and "database" in said:
        return "3D"
    refused = ("authentication failed", "pg_hba.conf", "no password supplied", "role")
    return "28" if any(words in said for words in refused) else "08"


def _of_sqlite(cause: sqlite3.Error) -> tuple[str, str]:
    if not hasattr(cause, "sqlite_errorcode") and isinstance(cause, (sqlite3.ProgrammingError, sqlite3.InterfaceError)):
        return "misfit", "does not take a value of this record"
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return _SQLITE.get(code, ("unusable", f"fails: {cause}"))
