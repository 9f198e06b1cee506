"""From the files on disk to a decision table, by way of the cache when nothing has changed."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from router import __version__
from router.base.failures import DamagedFileError
from router.base.files import write_atomically
from router.base.places import Places
from router.base.problems import Problem, has_errors
from router.base.shipped import shipped
from router.table.manifest import Manifest, manifest_from_plain, manifest_state, manifest_to_plain
from router.table.table import Table

if TYPE_CHECKING:
    from router.engine.build import Built

KEEP_TABLES = 32
"""How many tables the cache keeps; the oldest go when a new one is written."""


class Loaded(NamedTuple):
    """A policy ready to decide by, or the problems that keep it from being one; `built` is None from the cache."""

    table: Table | None
    problems: tuple[Problem, ...]
    built: "Built | None"


class Wanted(NamedTuple):
    """Which policy is asked for: the places, a folder that stands in for the repository's layer, the built-in layer."""

    places: Places
    policy_dir: Path | None = None
    built_in: bool = True


def load_policy(wanted: Wanted, environ: Mapping[str, str], today: date, now_s: float) -> Loaded:
    """The table of a policy; from the cache when its sources are unchanged, else built and cached.

    `now_s` (seconds since 1970) tells whether an organisation's fetched policy is due for another look.
    """
    cached = from_cache(wanted, environ, now_s)
    return Loaded(cached, (), None) if cached else build_and_cache(wanted, environ, today)


def build_and_cache(wanted: Wanted, environ: Mapping[str, str], today: date) -> Loaded:
    """The table built from its sources; written to the cache when it has no errors."""
    # The slow half is imported only when a table must be built: it brings Lark, PyYAML and JSON Schema along.
    from router.compress.filters import load as load_filters
    from router.engine.build import build

    built = build(wanted.places, environ, today, policy_dir=wanted.policy_dir, built_in=wanted.built_in)
    if built.data is None:
        return Loaded(None, built.problems, built)
    if not has_errors(built.problems):
        _store(wanted, built.manifest, built.fingerprint, built.data)
        # Hooks shorten outputs by the compiled filters and must not compile any.
        load_filters(wanted.places)
    return Loaded(Table.load(built.data), built.problems, built)


def from_cache(wanted: Wanted, environ: Mapping[str, str], now_s: float) -> Table | None:
    """The cached table, when it was made from exactly what stands on disk now; anything doubtful is None."""
    try:
        plain = json.loads(_whole(_manifest_path(wanted).read_bytes()))
        manifest = manifest_from_plain(plain["manifest"])
        if manifest.refresh_after is not None and now_s > manifest.refresh_after:
            return None
        fingerprint = fingerprint_of(manifest_state(manifest, environ))
        if fingerprint != plain["fingerprint"]:
            return None
        path = _table_path(wanted.places, fingerprint)
        table = Table.load(path.read_bytes(), str(path))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, DamagedFileError):
        return None
    return table if table.fingerprint == fingerprint else None


def last_good(wanted: Wanted, environ: Mapping[str, str], now_s: float) -> tuple[Table, bool] | None:
    """The table that was last made for a folder, and whether its sources are as they were; None when there is none.

    For hooks, which must not compile: whoever lives longer does, at its next look at the policy.
    """
    try:
        plain = json.loads(_whole(_manifest_path(wanted).read_bytes()))
        manifest = manifest_from_plain(plain["manifest"])
        path = _table_path(wanted.places, plain["fingerprint"])
        table = Table.load(path.read_bytes(), str(path))
        due = manifest.refresh_after is not None and now_s > manifest.refresh_after
        fresh = not due and fingerprint_of(manifest_state(manifest, environ)) == plain["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError, DamagedFileError):
        return None
    return (table, fresh) if table.fingerprint == plain["fingerprint"] else None


def table_by(places: Places, fingerprint: str) -> Table | None:
    """The cached table of that fingerprint; None when it is gone or damaged."""
    if not fingerprint.isalnum():
        return None
    path = _table_path(places, fingerprint)
    try:
        table = Table.load(path.read_bytes(), str(path))
    except (OSError, ValueError, KeyError, TypeError, RecursionError, DamagedFileError):
        return None
    return table if table.fingerprint == fingerprint else None


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).hexdigest().encode("ascii")


def _whole(data: bytes) -> bytes:
    """What stands behind the digest of a manifest's file; ValueError when they do not fit, as a flipped bit could
    make a file or a variable go unwatched."""
    digest, _, body = data.partition(b"\n")
    if digest != _digest(body):
        raise ValueError("the manifest is damaged")
    return body


def fingerprint_of(state: str) -> str:
    """What names a table: its sources' state and the version of the program that compiled it."""
    return blake2b(f"{__version__}\0{_program_state()}\0{state}".encode(), digest_size=16).hexdigest()


def _program_state() -> str:
    """Changes when the compiler's own code does, so that a checkout under development never trusts an old table."""
    root = Path(__file__).resolve().parent.parent
    stamps = []
    for folder in _COMPILER:
        with os.scandir(root / folder) as entries:
            stamps += [
                f"{e.name}:{e.stat().st_mtime_ns}:{e.stat().st_size}"
                for e in entries
                if e.name.endswith(".py")
            ]
    for name in _SHIPPED_DATA:
        status = shipped(name).stat()
        stamps.append(f"{name}:{status.st_mtime_ns}:{status.st_size}")
    return ",".join(sorted(stamps))


_COMPILER = ("table", "policy/compile")
_SHIPPED_DATA = ("rules/models.yaml", "rules/prices.json")


def _manifest_path(wanted: Wanted) -> Path:
    places = wanted.places
    key = "\0".join(str(part) for part in (places.user, places.repo, wanted.policy_dir, wanted.built_in))
    name = blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return places.cache / "manifests" / f"{name}.json"


def _table_path(places: Places, fingerprint: str) -> Path:
    return places.cache / "tables" / f"{fingerprint}.table"


def _store(wanted: Wanted, manifest: Manifest, fingerprint: str, data: bytes) -> None:
    """Write table, then manifest; a cache that cannot be written only costs time."""
    record: dict[str, Any] = {"manifest": manifest_to_plain(manifest), "fingerprint": fingerprint}
    try:
        write_atomically(_table_path(wanted.places, fingerprint), data)
        body = json.dumps(record).encode("ascii")
        write_atomically(_manifest_path(wanted), _digest(body) + b"\n" + body)
        _prune(wanted.places.cache / "tables", lambda path: path.stat().st_mtime_ns)
    except OSError:
        return


def _prune(folder: Path, age: Callable[[Path], int]) -> None:
    tables = sorted(folder.glob("*.table"), key=age, reverse=True)
    for path in tables[KEEP_TABLES:]:
        path.unlink(missing_ok=True)
