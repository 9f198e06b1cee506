"""What reports read: the records of an installation beside the policy's settings, whatever state either is in."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from router.base.clock import Clock
from router.base.failures import StoreError
from router.base.places import Places, find_places
from router.engine.load import Wanted, load_policy
from router.engine.records import Records, open_records
from router.model.catalogue import Catalogue
from router.model.settings import Settings, settings_from
from router.record.store import Store
from router.record.where import store_address


class Reader(NamedTuple):
    """`store` is None when nothing was ever recorded; what waited in the spool is in it."""

    store: Store | None
    records: Records
    settings: Settings
    catalogue: Catalogue
    places: Places
    clock: Clock


def open_reader(
    cwd: Path, environ: Mapping[str, str], clock: Clock, warn: Callable[[str], None]
) -> Reader:
    """The reader for a folder. A policy with errors leaves the built-in settings, a store that cannot be written is
    read as it is, each with a warning; a store that cannot even be read raises `StoreError` when it is used."""
    places = find_places(environ, cwd)
    settings, catalogue = _policy(places, environ, clock, warn)
    records = open_records(places, environ, settings, clock, warn)
    address = store_address(environ, places, settings.team_store)
    store: Store | None = records.store
    try:
        if records.spool.waiting():
            records.drain()
        if isinstance(address, Path) and not address.exists():
            store = None
        else:
            records.store.open()
    except StoreError as failure:
        warn(f"{failure}; what waits in the spool is not in this report")
        store = Store(address, read_only=True)
    return Reader(store, records, settings, catalogue, places, clock)


def _policy(
    places: Places, environ: Mapping[str, str], clock: Clock, warn: Callable[[str], None]
) -> tuple[Settings, Catalogue]:
    now = clock()
    loaded = load_policy(Wanted(places), environ, now.date(), now.timestamp())
    if loaded.table is not None:
        return settings_from(loaded.table.settings), loaded.table.catalogue
    from router.policy.catalogue import load_catalogue

    warn("the policy has errors (`llm-router check` shows them): this report compares with built-in settings")
    return Settings(), load_catalogue()
