"""`raw list`: which raw outputs are stored."""

from collections.abc import Mapping
from typing import Any

from router.base.places import find_places
from router.compress.raw_store import RawEntry, RawStore, raw_folder
from router.ops.operation import Operation, Parameter, Result, Surroundings

_COMMAND_CHARS = 80


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """One line an output, the newest first."""
    places = find_places(around.environ, around.cwd)
    entries = RawStore(raw_folder(places), clock=around.clock).entries()[: values["limit"]]
    lines = "\n".join(_line(entry) for entry in entries) or "no raw outputs are stored"
    return Result({"outputs": [_plain(entry) for entry in entries]}, lambda colour: lines)


def _line(entry: RawEntry) -> str:
    command = " ".join(entry.command.split())
    short = command if len(command) <= _COMMAND_CHARS else command[: _COMMAND_CHARS - 1] + "…"
    code = "-" if entry.exit_code is None else str(entry.exit_code)
    return f"{entry.id}  {entry.at:%Y-%m-%d %H:%M}  {entry.bytes:>9,} bytes  exit {code:<3} {short}"


def _plain(entry: RawEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "command": entry.command,
        "exit_code": entry.exit_code,
        "at": entry.at.isoformat(),
        "bytes": entry.bytes,
    }


OPERATION = Operation(
    name="raw list",
    summary="the raw outputs that are stored",
    description="Lists stored outputs, the newest first.",
    parameters=(Parameter("limit", "at most so many", kind="whole", default=50, metavar="N"),),
    run=run,
    example="llm-router raw list --limit 10",
)
