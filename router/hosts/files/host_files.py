"""What installing needs to know of a host, and the shapes that several hosts share."""

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from router.base.shipped import shipped
from router.hosts.host import Entry
from router.hosts.install.edit import Edit, Kind
from router.hosts.install.machine import NAME, Machine
from router.hosts.registry import INTERPRETER_FLAGS, host_named


@dataclass(frozen=True, slots=True)
class HostFiles:
    """A host: its name in `--host`, its name for people, whether it is here, its edits, what the person must do.

    `window` says that it is a program with a window, which headless machines lack.
    """

    name: str
    label: str
    is_here: Callable[[Machine], bool]
    edits: Callable[[Machine], tuple[Edit, ...]]
    after: tuple[str, ...] = ()
    window: bool = False


def instructions() -> str:
    """What rules files tell a model about the router."""
    return shipped("hooks/plugin/instructions.md").read_text(encoding="utf-8")


def server_edit(file: Path, entry: dict[str, Any], *key: str, kind: Kind = "json") -> Edit:
    """Our MCP server under the host's key."""
    return Edit(file, kind, (*(key or ("mcpServers",)), NAME), entry)


def words(machine: Machine, script: Path, host: str | None) -> list[str]:
    """The command of a hook, word by word."""
    return [machine.python, *INTERPRETER_FLAGS, str(script), *(("--host", host) if host else ())]


def command_line(machine: Machine, script: Path, host: str | None) -> str:
    """The hook as one line for a shell: paths with spaces are quoted as the system's shell wants it."""
    parts = words(machine, script, host)
    if machine.system == "win32":
        return " ".join(f'"{part}"' if " " in part else part for part in parts)
    return shlex.join(parts)


def hooks_of(name: str, machine: Machine) -> Iterator[tuple[Entry, Path, str | None]]:
    """The host's events with our script for each and what `--host` is to say; a script that does not ship is left out.

    In a file that other hosts run too `--host` would be wrong.
    """
    host = host_named(name)
    for entry in host.entries if host is not None else ():
        script = machine.script(entry.script)
        if script is not None and entry.kind != "status_line":
            yield entry, script, None if host is None or host.shared_file else name


def group_edits(
    file: Path,
    machine: Machine,
    name: str,
    *,
    root: tuple[str, ...] = ("hooks",),
    per_second: int = 1,
    more: dict[str, Any] | None = None,
    exec_form: bool = False,
) -> tuple[Edit, ...]:
    """Hooks in the shape that Claude Code began: event → groups with a matcher → handlers.

    `per_second` is the host's unit of time limits, `exec_form` says that it starts programs without a shell.
    """
    edits = []
    for entry, script, host in hooks_of(name, machine):
        command, *args = words(machine, script, host) if exec_form else [command_line(machine, script, host)]
        handler = {"type": "command", **(more or {}), "command": command}
        if exec_form:
            handler["args"] = args
        handler["timeout"] = entry.timeout_s * per_second
        group: dict[str, Any] = {} if entry.matcher is None else {"matcher": entry.matcher}
        value = {**group, "hooks": [handler]}
        edits.append(Edit(file, "json", (*root, entry.event), value, "add", str(script)))
    return tuple(edits)
