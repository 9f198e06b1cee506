"""Walking the chains of a store: every event, checkpoint, head and count, in bounded memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from router.model.audit import Link
from router.record.audit.anchor import AnchorDamaged, read_anchor
from router.record.audit.faults import ChainReport
from router.record.audit.keys import Keys
from router.record.audit.walk import Anchor, Checkpoint, Head, Walk
from router.record.direct import Direct
from router.record.tables import AUDIT_CHECKPOINTS, AUDIT_EVENTS, AUDIT_HEADS

_BATCH = 1_000
Judge = Callable[[Any], str | None]
"""From an event's body to what is wrong with its form, None when nothing is."""


def anchors_of(keys: Keys | None) -> dict[str, Anchor]:
    """The counts outside the store, by chain; read them before the store, which only grows in the meantime."""
    if keys is None or not keys.folder.is_dir():
        return {}
    return {path.stem: _anchor(keys, path.stem) for path in keys.folder.glob("*.anchor")}


def _anchor(keys: Keys, chain: str) -> Anchor:
    try:
        return Anchor(read_anchor(keys, chain), False)
    except AnchorDamaged:
        return Anchor(None, True)


def verify(
    connection: Connection,
    keys: Keys | None,
    place: str,
    anchors: dict[str, Anchor],
    *,
    judge: Judge | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> tuple[ChainReport, ...]:
    """A report on every chain of the store at `place`; `connection` must see one moment of the store.

    `anchors` come from `anchors_of`, read before the connection's transaction began. Without `keys` no chain is
    this installation's own: hashes and signatures are checked, macs and counts cannot be.
    """
    with any_text(connection):
        own = None if keys is None else keys.chain_of(place)
        heads = _heads(connection)
        checkpoints = _checkpoints(connection)
        expected = {own} if own is not None and own in anchors else set()
        chains = {*heads, *checkpoints, *_chains_with_events(connection), *expected}
        reports = []
        for chain in sorted(chains, key=lambda name: (name != own, name)):
            mine = keys if keys is not None and (chain == own or chain in anchors) else None
            walk = Walk(chain, mine, heads.get(chain), checkpoints.get(chain, []), anchors.get(chain), judge)
            for row in _events(connection, chain):
                walk.event(row)
                if walk.events % _BATCH == 0:
                    progress(walk.events)
            reports.append(walk.report())
    return tuple(reports)


@contextmanager
def any_text(connection: Connection) -> Iterator[None]:
    """Text that is no UTF-8 is read with replacement characters, so that a flipped bit is a finding, not a failure."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    before = driver.text_factory
    driver.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        yield
    finally:
        driver.text_factory = before


def _heads(connection: Connection) -> dict[str, Head]:
    rows = _all(connection, AUDIT_HEADS)
    return {row.chain: Head(Link(row.chain, row.seq, row.hash), row.public_key) for row in rows}


def _checkpoints(connection: Connection) -> dict[str, list[Checkpoint]]:
    found: dict[str, list[Checkpoint]] = {}
    for row in _all(connection, AUDIT_CHECKPOINTS):
        link = Link(row.chain, row.seq, row.hash)
        found.setdefault(row.chain, []).append(Checkpoint(link, row.kind, row.signature))
    return found


def _all(connection: Connection, table: Any) -> list[Row[Any]]:
    return list(connection.execute(select(table).order_by(table.c.chain, table.c.seq)))


def _chains_with_events(connection: Connection) -> set[str]:
    return set(connection.execute(select(AUDIT_EVENTS.c.chain).distinct()).scalars())


def _events(connection: Connection, chain: str) -> Iterator[Any]:
    """The events of a chain in order, in pages by key: no cursor that holds all of them on either database."""
    last = _BEFORE_ALL
    while True:
        rows = _PAGE(connection, {"of_chain": chain, "after": last}).all()
        yield from rows
        if len(rows) < _BATCH:
            return
        last = rows[-1].seq


_C = AUDIT_EVENTS.c
_BEFORE_ALL = -(2**63)
_PAGE = Direct(
    select(AUDIT_EVENTS)
    .where(_C.chain == bindparam("of_chain"), _C.seq > bindparam("after"))
    .order_by(_C.seq)
    .suffix_with(f"LIMIT {_BATCH}")
)


def steady(connection: Connection) -> None:
    """Let the transaction that has just begun see one moment of the store, however long it reads."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
