"""Outcome files: one JSON object a line, read with limits and checked."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from router.base.failures import RouterError
from router.model.terms import COMPLEXITIES, TASKS

MAX_LINE_BYTES = 4 * 1024 * 1024
MAX_NAME = 200
MAX_KINDS = 500
"""Kinds of work the decision table carries at most."""
COMPLEXITY_OF = {"easy": "simple", "medium": "moderate", "hard": "complex"}
"""Words that outcome files use for how hard a task is; the router's own names stand for themselves."""


class OutcomeFileError(RouterError):
    """A line of an outcome file cannot be used."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class Outcome(NamedTuple):
    """One model's call: its score from 0 to 1 and its cost in US dollars, None where it was not measured."""

    score: float
    cost_usd: float | None


class OutcomeRow(NamedTuple):
    """One prompt and what each model made of it."""

    id: str
    split: str | None
    task: str
    dimension: str | None
    complexity: str | None
    source: str | None
    prompt: str | None
    outcomes: Mapping[str, Outcome]


def read_outcomes(
    paths: Sequence[Path], tasks: Mapping[str, str], *, prompts: bool = False
) -> list[OutcomeRow]:
    """The rows of all files, in order; their prompts are kept only where `prompts` says so.

    `tasks` gives the router's task by the file's `category`; under "" stands the one for all categories that are
    not named. `names` gives `provider/model` by the file's name of a model. Raises OutcomeFileError with file and line
    for what cannot be used, OSError for a file that cannot be read.
    """
    rows: list[OutcomeRow] = []
    seen: dict[tuple[str, str], str] = {}
    for path in paths:
        for number, line in _lines(path):
            row, suite = _row(path, number, line, tasks)
            place = seen.setdefault((suite, row.id), f"{path}:{number}")
            if place != f"{path}:{number}":
                raise OutcomeFileError(path, number, f"`{_short(row.id)}` stands already at {place}")
            rows.append(row if prompts else row._replace(prompt=None))
    _few_kinds(paths, rows)
    return rows


def renamed(rows: Sequence[OutcomeRow], names: Mapping[str, str]) -> list[OutcomeRow]:
    """The rows with each model that `names` holds under the name given there."""
    return [row._replace(outcomes={names.get(m, m): o for m, o in row.outcomes.items()}) for row in rows]


def _few_kinds(paths: Sequence[Path], rows: Sequence[OutcomeRow]) -> None:
    kinds = {(row.task, row.dimension) for row in rows}
    if len(kinds) > MAX_KINDS:
        reason = f"`category` has more than {MAX_KINDS} values: it should name a kind of work"
        raise OutcomeFileError(paths[-1], 1, reason)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Every line that is not blank, with its number."""
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES:
                raise OutcomeFileError(path, number, f"the line is longer than {MAX_LINE_BYTES >> 20} MiB")
            if line.strip():
                yield number, line


def _row(path: Path, number: int, line: bytes, tasks: Mapping[str, str]) -> tuple[OutcomeRow, str]:
    try:
        found = _object(line)
        row = OutcomeRow(
            _text(found, "id", needed=True) or "",
            _text(found, "split"),
            _task(found, tasks),
            _text(found, "category"),
            _complexity(_text(found, "difficulty")),
            _text(found, "source"),
            found["prompt"] if isinstance(found.get("prompt"), str) else None,
            _outcomes(found.get("models")),
        )
        return row, _text(found, "suite") or ""
    except ValueError as fault:
        raise OutcomeFileError(path, number, str(fault)) from None


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8 text") from None
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("not a JSON object: one outcome a line is expected") from None
    if not isinstance(found, dict):
        raise ValueError("not a JSON object: one outcome a line is expected")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"`{word}` is no number")


def _text(found: Mapping[str, Any], key: str, *, needed: bool = False) -> str | None:
    value = found.get(key)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_NAME or not value.isprintable():
        raise ValueError(f"`{key}` must be a text of at most {MAX_NAME} printable characters")
    return value


def _task(found: Mapping[str, Any], tasks: Mapping[str, str]) -> str:
    """The row's own `task`, else what its category was said to be, else the category where it is a task."""
    own = _text(found, "task")
    if own is not None:
        if own not in TASKS:
            raise ValueError(f"`task` must be one of {', '.join(TASKS)}, not `{_short(own)}`")
        return own
    category = _text(found, "category") or ""
    task = tasks.get(category) or (category if category in TASKS else tasks.get(""))
    if task is None:
        said = f"category `{_short(category)}` is no task" if category else "no `category`"
        raise ValueError(f"{said}: say which it is, as in `--task {category and f'{category}='}code`")
    return task


def _complexity(difficulty: str | None) -> str | None:
    word = (difficulty or "").lower()
    return word if word in COMPLEXITIES else COMPLEXITY_OF.get(word)


def _outcomes(models: Any) -> dict[str, Outcome]:
    """Outcomes by the router's name of the model; a model without a score was not measured and is left out."""
    if not isinstance(models, dict) or not models:
        raise ValueError("`models` must be an object of at least one model")
    found: dict[str, Outcome] = {}
    for name, record in models.items():
        if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
            raise ValueError(f"a model's name must have 1 to {MAX_NAME} printable characters")
        if not isinstance(record, dict):
            raise ValueError(f"`{_short(name)}` must be an object with `score` and `cost`")
        score = _number(record, "score", name, most=1.0)
        if score is None:
            continue
        found[name] = Outcome(score, _number(record, "cost", name))
    return found


def _number(record: Mapping[str, Any], key: str, name: str, most: float = math.inf) -> float | None:
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        wanted = "a number from 0 to 1" if most == 1 else "US dollars, 0 or more"
        raise ValueError(f"`{key}` of `{_short(name)}` must be {wanted}, not `{_short(str(value))}`")
    if value > 1e9:
        raise ValueError(f"`{key}` of `{_short(name)}` is beyond reason")
    return float(value)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
