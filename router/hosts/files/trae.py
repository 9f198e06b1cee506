"""Trae: servers beside its settings, hooks in `~/.trae`, rules in a project's `.trae/rules`."""

from pathlib import Path
from typing import Any

from router.hosts.files.host_files import HostFiles, group_edits, instructions, server_edit
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine

_RULES = "---\nalwaysApply: true\n---\n"


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files of each edition that is here, or with a project those of the repository."""
    project = machine.project
    if project:
        folder = project / ".trae"
        rules = Edit(folder / "rules" / f"{NAME}.md", "text", (), _RULES + instructions())
        return (server_edit(folder / "mcp.json", _server(machine)), *_hooks(folder, machine), rules)
    found = [
        (label, machine.home / folder)
        for label, folder in (("Trae", ".trae"), ("Trae CN", ".trae-cn"))
        if label == "Trae" or (machine.application_data / label).is_dir()
    ]
    return tuple(
        edit
        for label, folder in found
        for edit in (
            server_edit(machine.application_data / label / "User" / "mcp.json", machine.server()),
            *_hooks(folder, machine),
        )
    )


def _server(machine: Machine) -> dict[str, Any]:
    """A project's entry, whose command may not hold blanks there: then the one that is found on PATH."""
    return machine.server() if " " not in machine.command else {"command": NAME, "args": ["mcp"]}


def _hooks(folder: Path, machine: Machine) -> tuple[Edit, ...]:
    file = folder / "hooks.json"
    return (Edit(file, "json", ("version",), 1, "offer"), *group_edits(file, machine, "trae"))


HOST = HostFiles(
    "trae",
    "Trae",
    lambda machine: any((machine.application_data / name).is_dir() for name in ("Trae", "Trae CN")),
    edits,
    ("Trae runs hooks only after you enable them: Settings > Hooks, then restart the window",),
    window=True,
)
