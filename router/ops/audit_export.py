"""`audit export`: the events as JSON Lines or CSV, the oldest first, as a stream."""

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from router.ops.audit_log import FILTERS, log_of, plain, reading, wanted_of
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.audit.query import Found, find, value_of

COLUMNS = (
    "at", "kind", "chain", "seq", "id", "decision_id", "source", "user", "host", "session", "repo", "agent", "task",
    "complexity", "model", "verdict", "mode", "profile", "policy", "decision.estimated_cost_usd", "estimate_usd", "cost_usd", "input_tokens",
    "output_tokens", "cached_tokens", "latency_ms", "failure", "error", "action", "detail", "decision.chain", "decision.rules",
    "prompt.chars", "prompt.hash", "prompt.text", "facts", "unknown", "pending", "hash",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Every event that passes the filters, written as it is read."""
    wanted = wanted_of(values, around.clock(), limit=values["limit"], newest_first=False)
    write = _FORMATS[values["format"]]
    with reading(log_of(around)) as connection, _target(values["to"], around.out) as out:
        count = write(() if connection is None else find(connection, wanted), out)
    said = f"{count:,} events written to {values['to']}"
    return Result({"events": count}, lambda colour: said, streamed=values["to"] is None)


@contextmanager
def _target(path: Path | None, out: TextIO) -> Iterator[TextIO]:
    """Where to write; a file is private, and complete or not there at all."""
    if path is None:
        yield out
        return
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _jsonl(events: Iterable[Found], out: TextIO) -> int:
    count = 0
    for event in events:
        out.write(json.dumps(plain(event), separators=(",", ":")) + "\n")
        count += 1
    return count


def _csv(events: Iterable[Found], out: TextIO) -> int:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for event in events:
        writer.writerow([cell(value_of(column, event)) for column in COLUMNS])
        count += 1
    return count


def cell(value: Any) -> str:
    """A value as a cell; one that a spreadsheet would take for a formula is made text by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


_FORMATS: dict[str, Callable[[Iterable[Found], TextIO], int]] = {"jsonl": _jsonl, "csv": _csv}

OPERATION = Operation(
    name="audit export",
    summary="the events as JSON Lines or CSV, the oldest first",
    description="Writes events to standard output or a file, the oldest first. JSON Lines hold all of an event, CSV its usual fields.",
    parameters=(
        *FILTERS,
        Parameter("format", "jsonl or csv", default="jsonl", choices=tuple(_FORMATS)),
        Parameter("to", "a file to write instead of standard output", kind="path", metavar="FILE"),
        Parameter("limit", "at most so many", kind="whole", metavar="N"),
    ),
    run=run,
    example="llm-router audit export --since 30d --format csv --to audit.csv",
)
