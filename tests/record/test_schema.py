"""The schema: made at once, migrated from every older version, and the same in the end."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

from router.model.ledger import Reservation
from router.record import schema
from router.record.drain import drain
from router.record.spool import Spool
from router.record.store import Store, open_store
from router.record.tables import CALLS, HOOKS, METADATA
from tests.record.processes import ROOT, begin, said, start
from tests.record.record_world import Hand, answered, claim, count, ledger, totals

MIGRATIONS = ROOT / "router" / "record" / "migrations"


def differences(connection: Connection) -> list[object]:
    """What the database has otherwise than the tables say, primary keys included."""
    context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE, "compare_type": True})
    look = inspect(connection)
    keys = [
        name
        for name, table in METADATA.tables.items()
        if look.get_pk_constraint(name)["constrained_columns"] != [column.name for column in table.primary_key]
    ]
    return [*compare_metadata(context, METADATA), *keys]


def older(store: Store, version: str) -> None:
    """Turns an address where nothing is into a store of an older program."""
    bare = store._file_engine() if store.is_file else store._server_engine()
    with bare.begin() as connection:
        schema.migrate(connection, version)
    bare.dispose()


def test_every_version_is_a_migration_and_the_last_is_the_newest() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(settings)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == schema.VERSIONS
    assert scripts.get_heads() == [schema.VERSIONS[-1]] and len(schema.VERSIONS) >= 2


def test_a_new_store_has_the_tables_as_they_are_declared(store: Store) -> None:
    with store.write() as connection:
        assert differences(connection) == []
        connection.execute(text("DROP INDEX calls_at"))
        connection.execute(text("ALTER TABLE calls ADD COLUMN planted INTEGER"))
        assert len(differences(connection)) == 2


@pytest.mark.parametrize("version", schema.VERSIONS[:-1])
def test_a_store_of_an_older_program_is_migrated_and_keeps_its_rows(address: str, tmp_path: Path, version: str) -> None:
    store = Store(address)
    older(store, version)
    row = {column.name: _sample(column.type.python_type) for column in CALLS.columns}
    bare = store._file_engine() if store.is_file else store._server_engine()
    with bare.begin() as connection:
        connection.execute(CALLS.insert(), row)
    bare.dispose()
    with store.write() as connection:
        assert connection.execute(text(f"SELECT * FROM {schema.VERSION_TABLE}")).all() == [(schema.VERSIONS[-1],)]
        assert connection.execute(select(CALLS)).one()._asdict() == row
        assert differences(connection) == []
    spool = Spool(tmp_path / "spool")
    spool.append("hook", {"host": "h", "event": "e", "ok": True})
    assert drain(store, spool, Hand()).entered == 1 and count(store, HOOKS) == 1
    book = ledger(store, Hand())
    kept = book.reserve(claim(0.1))
    assert isinstance(kept, Reservation)
    book.settle(kept, answered(0.1))
    assert totals(store) == (0.1, 0.0)


def _sample(kind: type) -> object:
    return {int: 7, float: 0.5, bool: True, str: "x"}[kind]


@pytest.mark.slow
def test_many_starts_at_once_migrate_an_older_store_once(address: str) -> None:
    older(Store(address), schema.VERSIONS[0])
    workers = [start("first_start", address) for _ in range(8)]
    begin(workers)
    assert [said(worker) for worker in workers] == [["open"]] * 8
    with open_store(address).write() as connection:
        assert differences(connection) == []


@pytest.mark.slow
def test_a_start_that_migrates_nothing_imports_no_alembic(tmp_path: Path) -> None:
    program = "import sys\nfrom router.record.store import open_store\nopen_store(sys.argv[1]).close()\nprint('alembic' in sys.modules)"
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / "usage.db")], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout == "False\n"


def test_a_server_that_serves_other_programs_too_is_no_obstacle(postgres: str) -> None:
    store = Store(postgres)
    bare = store._server_engine()
    with bare.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    bare.dispose()
    store.open()
    with store.read() as connection:
        assert connection.execute(text("SELECT * FROM alembic_version")).all() == [("theirs",)]

