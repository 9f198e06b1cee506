"""Hook entries in the shapes of hosts that do not follow Claude Code's."""

from pathlib import Path
from typing import Any

from router.hosts.files.host_files import command_line, hooks_of, words
from router.hosts.install.edit import Edit
from router.hosts.install.machine import Machine


def flat_edits(file: Path, machine: Machine, name: str) -> tuple[Edit, ...]:
    """Event → handlers that hold their own matcher, in a file with a version (Cursor)."""
    edits = [Edit(file, "json", ("version",), 1, "offer")]
    for entry, script, host in hooks_of(name, machine):
        handler: dict[str, Any] = {"command": command_line(machine, script, host), "timeout": entry.timeout_s}
        if entry.matcher is not None:
            handler["matcher"] = entry.matcher
        edits.append(Edit(file, "json", ("hooks", entry.event), handler, "add", str(script)))
    return tuple(edits)


def two_shells(file: Path, machine: Machine, name: str) -> tuple[Edit, ...]:
    """Event → handlers with a line for each of two shells, in a file with a version (Copilot).

    A hook that fails would deny the tool there, so the lines end well whatever happens. VS Code reads the same
    folder, so `--host` is left out.
    """
    edits = [Edit(file, "json", ("version",), 1, "offer")]
    for entry, script, _ in hooks_of(name, machine):
        line = command_line(machine, script, None)
        handler = {
            "type": "command",
            "bash": f"{line} || true",
            "powershell": f"& {_power_shell(machine, script)}; exit 0",
            "timeoutSec": entry.timeout_s,
        }
        edits.append(Edit(file, "json", ("hooks", entry.event), handler, "add", str(script)))
    return tuple(edits)


def _power_shell(machine: Machine, script: Path) -> str:
    return " ".join("'" + word.replace("'", "''") + "'" for word in words(machine, script, None))


def line_edits(file: Path, machine: Machine, name: str) -> tuple[Edit, ...]:
    """Event → command lines (claw-code)."""
    return tuple(
        Edit(file, "json", ("hooks", entry.event), command_line(machine, script, host), "add", str(script))
        for entry, script, host in hooks_of(name, machine)
    )
