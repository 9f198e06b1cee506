"""What providers last said of their models, as a small file in the cache: read without a socket."""

import contextlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from router.base.files import write_atomically

FILE = "discovered.json"
MAX_MODELS = 2000
MAX_NAME = 200
"""Characters of a model's name; a longer one is no name."""
_MAX_BYTES = 4 * 1024 * 1024
_WORDS = 300


class Discovered(NamedTuple):
    """One provider's answer: `at` is seconds of the epoch, `problem` one line on why it did not answer."""

    provider: str
    address: str
    answers: bool
    models: tuple[str, ...] = ()
    problem: str | None = None
    at: float = 0.0


def read_discovered(cache: Path) -> dict[str, Discovered]:
    """Provider to what it last said; {} when nothing was kept or the file is not what we wrote."""
    try:
        with (cache / FILE).open("rb") as handle:
            rows = json.loads(handle.read(_MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(rows, dict):
        return {}
    found = ((str(id_), _discovered(str(id_), row)) for id_, row in rows.items() if isinstance(row, dict))
    return {id_: row for id_, row in found if row is not None}


def write_discovered(cache: Path, rows: Iterable[Discovered]) -> None:
    """Keeps these answers beside those of other providers; a cache that cannot be written is none."""
    kept = read_discovered(cache) | {row.provider: row for row in rows}
    plain = {id_: {k: v for k, v in row._asdict().items() if k != "provider"} for id_, row in kept.items()}
    with contextlib.suppress(OSError):
        write_atomically(cache / FILE, json.dumps(plain).encode())


def _discovered(provider: str, row: Mapping[str, Any]) -> Discovered | None:
    address, models, at, problem = (row.get(name) for name in ("address", "models", "at", "problem"))
    whole = isinstance(address, str) and isinstance(at, int | float) and isinstance(row.get("answers"), bool)
    if not whole or not isinstance(models, list) or not isinstance(problem, str | None):
        return None
    assert isinstance(address, str) and isinstance(at, int | float)
    names = tuple(name for name in models[:MAX_MODELS] if is_model_name(name))
    return Discovered(provider, address, row["answers"], names, problem and problem[:_WORDS], float(at))


def is_model_name(name: object) -> bool:
    """Whether this can be a model's name: short, printable, without blanks."""
    return isinstance(name, str) and 0 < len(name) <= MAX_NAME and name.isprintable() and " " not in name
