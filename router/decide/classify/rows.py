"""Labelled prompts for training, read from JSON lines and checked."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from router.base.failures import RouterError
from router.model.terms import JUDGED_COMPLEXITIES as COMPLEXITIES
from router.model.terms import TASKS

INHERIT = "inherit"
MADE_UP_SOURCES = ("corpus:", "follow-ups-", "short-")
_FAMILY_END = re.compile(r":| \(")


class LabelledRowError(RouterError):
    """A line of a training file cannot be used."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One labelled prompt; `complexity` may be unknown for a follow-up."""

    prompt: str
    task: str
    complexity: str | None
    family: str
    """What the folds are grouped by: the source up to the first ":" or " (", or the prompt itself."""
    weight: float
    file: str
    """The path of the file as text."""
    made_up: bool = False
    """Whether the prompt was written for the corpus."""


def read_rows(sources: Sequence[Path]) -> list[LabelledRow]:
    """The rows of all files, in order, the later of two equal prompts in one file winning.

    Raises LabelledRowError with file and line for what cannot be read, OSError for a file that cannot.
    """
    return [row for path in sources for row in _file_rows(path)]


def _file_rows(path: Path) -> list[LabelledRow]:
    rows: dict[str, LabelledRow] = {}
    with path.open(encoding="utf-8", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                row = _row(path, number, _object(path, number, line))
                rows[row.prompt] = row
    return list(rows.values())


def _object(path: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError as cause:
        raise LabelledRowError(path, number, f"not JSON: {cause.msg} at column {cause.colno}") from cause
    if not isinstance(found, dict):
        raise LabelledRowError(path, number, "an object was expected, one a line")
    return found


def _row(path: Path, number: int, found: Mapping[str, Any]) -> LabelledRow:
    prompt, weight = found.get("prompt"), found.get("weight", 1)
    if not isinstance(prompt, str) or not prompt.strip():
        raise LabelledRowError(path, number, "`prompt` must be text")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 1000:
        raise LabelledRowError(
            path, number, f"`weight` must be a number above 0, at most 1000, not `{weight}`"
        )
    task = _label(path, number, found, "task", (*TASKS, INHERIT))
    needed = task != INHERIT or found.get("complexity") is not None
    complexity = _label(path, number, found, "complexity", COMPLEXITIES) if needed else None
    return LabelledRow(prompt, task, complexity, _family(found), float(weight), str(path), _made_up(found))


def _label(path: Path, number: int, found: Mapping[str, Any], key: str, known: Sequence[str]) -> str:
    value = found.get(key)
    if value not in known:
        raise LabelledRowError(path, number, f"`{key}` must be one of {', '.join(known)}, not `{value}`")
    return str(value)


def _family(found: Mapping[str, Any]) -> str:
    """Hand-written corpora name a topic after the colon, and topics share no wording: each is its own family.

    A correction (a row with a weight) or a row without a source is a family by itself, else one user's corrections
    would all be held out at once and could never be seen to help.
    """
    source = found.get("source")
    if not isinstance(source, str) or not source or "weight" in found:
        return str(found["prompt"])
    return source if source.startswith("corpus:") else _FAMILY_END.split(source, maxsplit=1)[0]


def _made_up(found: Mapping[str, Any]) -> bool:
    return str(found.get("source", "")).startswith(MADE_UP_SOURCES)
