"""Where records lie: the store's address, the spool's and the audit log's folders."""

from collections.abc import Mapping
from pathlib import Path

from router.base.places import Places

STORE = "LLM_ROUTER_STORE"
"""The variable with the store's address: a path, or a `postgresql://` URL, which may hold a password."""

STORE_FILE = "LLM_ROUTER_DB_PATH"
"""The variable that moves the SQLite file alone."""

FILE = "usage.db"


def store_address(environ: Mapping[str, str], places: Places, team: str | None = None) -> str | Path:
    """The organisation's database when its policy names one, else what the environment says, else the user's file.

    An organisation's address holds no password; the driver finds one in `PGPASSWORD` or `~/.pgpass`. The
    environment may name the same database with one, and then counts.
    """
    said = environ.get(STORE, "").strip()
    if team:
        return said if said and _bare(said) == _bare(team) else team
    if said:
        return said if "://" in said else Path(said)
    moved = environ.get(STORE_FILE, "").strip()
    return Path(moved) if moved else places.user / FILE


def spool_folder(places: Places) -> Path:
    return places.user / "spool"


def audit_folder(places: Places) -> Path:
    return places.user / "audit"


def _bare(address: str) -> tuple[str, str]:
    """Host and database of an address, whoever signs in."""
    rest = address.partition("://")[2]
    host, _, name = rest.rpartition("@")[2].partition("/")
    return host, name.partition("?")[0]
