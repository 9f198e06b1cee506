"""Cursor: servers and hooks in `~/.cursor`, rules in a project's `.cursor/rules`."""

from router.hosts.files.host_files import HostFiles, instructions, server_edit
from router.hosts.files.shapes import flat_edits
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine

_RULES = "---\ndescription: when to call the router's tools\nalwaysApply: true\n---\n"


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files, or with a project those of the repository; only a project has rules."""
    project = machine.project
    folder = (project or machine.home) / ".cursor"
    found = (
        server_edit(folder / "mcp.json", machine.server()),
        *flat_edits(folder / "hooks.json", machine, "cursor"),
    )
    if project is None:
        return found
    return (*found, Edit(folder / "rules" / f"{NAME}.mdc", "text", (), _RULES + instructions()))


HOST = HostFiles(
    "cursor",
    "Cursor",
    lambda machine: (machine.home / ".cursor").is_dir(),
    edits,
    window=True,
)
