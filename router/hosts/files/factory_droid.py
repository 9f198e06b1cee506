"""Factory Droid: servers and hooks in `~/.factory`, instructions in `AGENTS.md`."""

from router.hosts.files.host_files import HostFiles, group_edits, instructions, server_edit
from router.hosts.install.edit import Edit
from router.hosts.install.machine import Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files, or with a project those of the repository."""
    project = machine.project
    folder = (project or machine.home) / ".factory"
    return (
        server_edit(folder / "mcp.json", {"type": "stdio", **machine.server(disabled=False)}),
        # The events stand at the top of the file here.
        *group_edits(folder / "hooks.json", machine, "factory-droid", root=()),
        Edit((project or folder) / "AGENTS.md", "text", ("instructions",), instructions()),
    )


HOST = HostFiles(
    "factory-droid",
    "Factory Droid",
    lambda machine: machine.has_command("droid") or (machine.home / ".factory").is_dir(),
    edits,
)
