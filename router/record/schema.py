"""Brings a database to the schema of this program: makes it, leaves it, or migrates it; Alembic is imported only then."""

from pathlib import Path

from sqlalchemy import Connection, Engine, exc, inspect, text

from router.base.failures import StoreError
from router.record.tables import METADATA

VERSIONS = ("0001", "0002", "0003")
"""Every version of the schema, oldest first; each is a file in `migrations/versions`."""

VERSION_TABLE = "llm_router_version"
"""Where the version stands; not Alembic's usual name, since a team's database may serve other programs too."""

_LOCK = 5_418_274_127
"""Key of PostgreSQL's advisory lock under which one process at a time makes or migrates the schema."""


def prepare(engine: Engine, address: str) -> None:
    """Makes or migrates the schema when it is due; `engine` begins transactions that write.

    Raises `StoreError` for a store of a newer program and for a database that holds another program's tables.
    """
    if version_of(engine.execution_options(reads=True)) == VERSIONS[-1]:
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _bring_up(connection, address)


def version_of(engine: Engine) -> str | None:
    """The version of the schema in the database, None when there is none."""
    with engine.connect() as connection:
        try:
            found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
            return found
        except (exc.OperationalError, exc.ProgrammingError) as cause:
            if _is_missing_table(cause):
                return None
            raise


def check_version(found: str | None, address: str) -> None:
    """Raises `StoreError` unless the schema in the database is this program's, for those who only read."""
    if found is None:
        raise StoreError(f"the store {address} holds no records yet", "unreachable")
    if found not in VERSIONS:
        raise StoreError(f"the store {address} was written by a newer llm-router: update this one", "newer")


def _is_missing_table(cause: exc.DBAPIError) -> bool:
    return getattr(cause.orig, "sqlstate", None) == "42P01" or "no such table" in str(cause.orig)


def _bring_up(connection: Connection, address: str) -> None:
    """Inside the lock: another process may have done it meanwhile."""
    names = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in names:
        _make(connection, names, address)
        return
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    check_version(found, address)
    if found != VERSIONS[-1]:
        migrate(connection, VERSIONS[-1])


def _make(connection: Connection, names: set[str], address: str) -> None:
    """The newest schema at once; a test holds it against the one that the migrations give."""
    foreign = sorted(names & set(METADATA.tables))
    if foreign:
        raise StoreError(
            f"the store {address} holds a table `{foreign[0]}` of another program: name another database", "unusable"
        )
    METADATA.create_all(connection, checkfirst=False)
    connection.execute(text(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text(f"INSERT INTO {VERSION_TABLE} VALUES (:version)"), {"version": VERSIONS[-1]})


def migrate(connection: Connection, version: str) -> None:
    """Runs the migrations up to `version` in the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, version)
