"""VS Code: servers in its profile's `mcp.json`."""

from router.hosts.files.host_files import HostFiles, server_edit
from router.hosts.install.edit import Edit
from router.hosts.install.machine import Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The default profile's file, or with a project the workspace's."""
    project = machine.project
    folder = project / ".vscode" if project else machine.application_data / "Code" / "User"
    return (server_edit(folder / "mcp.json", {"type": "stdio", **machine.server()}, "servers"),)


HOST = HostFiles(
    "vscode",
    "VS Code",
    lambda machine: machine.has_command("code") or (machine.application_data / "Code").is_dir(),
    edits,
    ("VS Code asks once whether you trust the server",),
    window=True,
)
