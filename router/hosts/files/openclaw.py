"""OpenClaw: servers in `openclaw.json`, which is JSON5."""

from pathlib import Path

from router.hosts.files.host_files import HostFiles, server_edit
from router.hosts.install.edit import Edit
from router.hosts.install.machine import Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's file; projects have none."""
    if machine.project:
        return ()
    moved = machine.environ.get("OPENCLAW_CONFIG_PATH")
    file = Path(moved) if moved else machine.home / ".openclaw" / "openclaw.json"
    return (server_edit(file, machine.server(), "mcp", "servers", kind="json5"),)


HOST = HostFiles(
    "openclaw",
    "OpenClaw",
    lambda machine: machine.has_command("openclaw") or (machine.home / ".openclaw").is_dir(),
    edits,
)
