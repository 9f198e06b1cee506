"""Statements given to the driver as they are: rows by name, complaints as SQLAlchemy's, broken connections given up."""

import psycopg
import pytest
from sqlalchemy import bindparam, exc, insert, select

from router.base.failures import StoreError
from router.record.direct import Direct
from router.record.store import Store, open_store
from router.record.tables import AUDIT_HEADS

_C = AUDIT_HEADS.c
ENTER = Direct(insert(AUDIT_HEADS))
BY_SEQ = Direct(select(_C.chain, _C.hash).where(_C.seq == bindparam("wanted")).order_by(_C.chain))


def head(chain: str, seq: int = 7) -> dict[str, object]:
    return {"chain": chain, "seq": seq, "hash": f"of {chain}", "public_key": "k"}


def test_rows_are_read_by_the_names_of_their_columns(store: Store) -> None:
    with store.write() as connection:
        assert ENTER(connection, head("a")).all() == []
        ENTER.many(connection, [head("c"), head("b"), head("other", 8)])
    with store.read() as connection:
        found = BY_SEQ(connection, {"wanted": 7})
        assert [(row.chain, row.hash) for row in found.all()] == [("a", "of a"), ("b", "of b"), ("c", "of c")]
        assert found.one().chain == found.scalar() == "a"
        assert BY_SEQ(connection, {"wanted": 9}).first() is None


@pytest.mark.parametrize("many", [False, True])
def test_a_row_that_is_there_already_is_an_integrity_error_and_nothing_is_kept(
    store: Store, many: bool
) -> None:
    with pytest.raises(exc.IntegrityError), store.write() as connection:
        ENTER(connection, head("a"))
        if many:
            ENTER.many(connection, [head("b"), head("a")])
        else:
            ENTER(connection, head("a"))
    with store.read() as connection:
        assert BY_SEQ(connection, {"wanted": 7}).all() == []


def test_a_server_that_broke_off_is_said_and_the_next_use_connects_anew(postgres: str) -> None:
    store = open_store(postgres)
    with pytest.raises(StoreError) as failure, store.write() as connection:
        backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with psycopg.connect(postgres, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
        ENTER(connection, head("a"))
    assert failure.value.reason == "unreachable"
    with store.write() as connection:
        ENTER(connection, head("a"))
        assert BY_SEQ(connection, {"wanted": 7}).one().hash == "of a"
    store.close()
