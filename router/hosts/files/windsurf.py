"""Windsurf, now Devin Desktop: the local agent's files, and those of the older agent where it is in use."""

from pathlib import Path

from router.hosts.files.host_files import HostFiles, group_edits, instructions, server_edit
from router.hosts.install.edit import Edit
from router.hosts.install.machine import Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files, or with a project those of the repository."""
    project = machine.project
    text = Edit((project or _folder(machine)) / "AGENTS.md", "text", ("instructions",), instructions())
    # A `type` is refused here.
    if project:
        folder = project / ".devin"
        hooks = _hooks(folder / "hooks.v1.json", machine, ())
        return (server_edit(folder / "mcp_config.json", machine.server()), *hooks, text)
    folder = _folder(machine)
    older = machine.home / ".codeium" / "windsurf"
    return (
        server_edit(folder / "mcp_config.json", machine.server()),
        *_hooks(folder / "config.json", machine, ("hooks",)),
        text,
        *(_older(older, machine) if older.is_dir() else ()),
    )


def _older(folder: Path, machine: Machine) -> tuple[Edit, ...]:
    """The older agent's server and its rules for all projects; its hooks can say nothing to the model."""
    rules = folder / "memories" / "global_rules.md"
    return (
        server_edit(folder / "mcp_config.json", machine.server()),
        Edit(rules, "text", ("instructions",), instructions()),
    )


def _hooks(file: Path, machine: Machine, root: tuple[str, ...]) -> tuple[Edit, ...]:
    """The local agent's events; the older agent's begin with a small letter and take no context."""
    found = group_edits(file, machine, "windsurf", root=root)
    return tuple(edit for edit in found if edit.path[-1][0].isupper())


def _folder(machine: Machine) -> Path:
    return (machine.application_data if machine.system == "win32" else machine.config) / "devin"


HOST = HostFiles(
    "windsurf",
    "Windsurf (Devin Desktop)",
    lambda machine: _folder(machine).is_dir() or (machine.home / ".codeium" / "windsurf").is_dir(),
    edits,
    window=True,
)
