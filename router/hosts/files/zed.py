"""Zed: servers in its settings, which hold comments; it has no hooks."""

from pathlib import Path

from router.hosts.files.host_files import HostFiles, instructions, server_edit
from router.hosts.install.edit import Edit
from router.hosts.install.machine import Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's settings, or with a project the repository's and its instructions."""
    project = machine.project
    folder = project / ".zed" if project else _folder(machine)
    server = server_edit(folder / "settings.json", machine.server(), "context_servers")
    if project is None:
        return (server,)
    return (server, Edit(project / "AGENTS.md", "text", ("instructions",), instructions()))


def _folder(machine: Machine) -> Path:
    return machine.application_data / "Zed" if machine.system == "win32" else machine.config / "zed"


HOST = HostFiles("zed", "Zed", lambda machine: _folder(machine).is_dir(), edits, window=True)
