"""The outcome table in the user's folder: written whole, and checked when it is read."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from router.base.failures import DamagedFileError
from router.base.files import write_atomically
from router.model.outcomes import Cell, OutcomeTable, Tally, table_to_plain
from router.model.terms import COMPLEXITIES, TASKS

FILE = "outcomes.json"
FORMAT = 1
MAX_BYTES = 16 * 1024 * 1024
MAX_CALLS = 1_000_000_000
AGAIN = "`llm-router outcomes import FILE --replace` writes it again, `--remove` does without"


def write_table(path: Path, table: OutcomeTable) -> None:
    """Write the table atomically, for its owner alone."""
    text = json.dumps(table_to_plain(table), ensure_ascii=True, separators=(",", ":"))
    write_atomically(path, text.encode("ascii") + b"\n")


def read_table(path: Path) -> OutcomeTable | None:
    """The table in a file, None when there is no file; DamagedFileError when it is not what was written."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    return table_from_bytes(data, str(path))


def table_from_bytes(data: bytes, name: str) -> OutcomeTable:
    """The table in a file's bytes; `name` is what an error calls it. Raises DamagedFileError."""
    try:
        if len(data) > MAX_BYTES:
            raise ValueError("it is too large")
        return _table(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DamagedFileError(name, f"not a whole outcome table: {AGAIN}") from None


def _table(plain: Mapping[str, Any]) -> OutcomeTable:
    if plain["format"] != FORMAT or not isinstance(plain["card"], dict):
        raise ValueError("another format")
    cells = {_cell(row[:3]): {m: _tally(t) for m, t in row[3].items()} for row in plain["cells"]}
    if Cell() not in cells or any(cell.parent() not in {*cells, None} for cell in cells):
        raise ValueError("a cell without its coarser one")
    return OutcomeTable(
        cells,
        _number(plain["pseudo_count"]),
        _number(plain["score_per_usd"]),
        _number(plain["floor"], 1.0),
        plain["card"],
    )


def _cell(parts: list[Any]) -> Cell:
    task, dimension, complexity = parts
    fits = task in (None, *TASKS) and complexity in (None, *COMPLEXITIES)
    if not fits or not isinstance(dimension, str | None) or (task is None and (dimension or complexity)):
        raise ValueError("no cell")
    return Cell(task, dimension, complexity)


def _tally(row: list[Any]) -> Tally:
    n, score, costed, cost_usd = row
    counts = all(isinstance(c, int) and not isinstance(c, bool) for c in (n, costed))
    if not counts or not 0 <= costed <= n <= MAX_CALLS:
        raise ValueError("no counts")
    return Tally(n, _number(score, 1.0), costed, _number(cost_usd))


def _number(value: Any, most: float = math.inf) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError("no number of its range")
    if not math.isfinite(value):
        raise ValueError("no finite number")
    return float(value)
