"""claw-code: servers and hooks in `~/.claw/settings.json`."""

from router.hosts.files.host_files import HostFiles, server_edit
from router.hosts.files.shapes import line_edits
from router.hosts.install.edit import Edit
from router.hosts.install.machine import Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's settings, or with a project the repository's."""
    folder = machine.folder("CLAW_CONFIG_HOME", machine.home / ".claw")
    settings = (machine.project / ".claw" if machine.project else folder) / "settings.json"
    return (server_edit(settings, machine.server()), *line_edits(settings, machine, "claw-code"))


HOST = HostFiles(
    "claw-code",
    "claw-code",
    lambda machine: machine.has_command("claw") or (machine.home / ".claw").is_dir(),
    edits,
)
