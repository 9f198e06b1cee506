"""Gemini CLI: `settings.json` for servers and hooks, `GEMINI.md` for instructions."""

from router.hosts.files.host_files import HostFiles, group_edits, instructions, server_edit
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files, or with a project those of the repository."""
    project = machine.project
    folder = project / ".gemini" if project else machine.home / ".gemini"
    settings = folder / "settings.json"
    # trust: without it every call of our tools asks the person, and headless runs fail. Times are in milliseconds.
    entry = machine.server(timeout=120_000, trust=True)
    return (
        server_edit(settings, entry),
        *group_edits(settings, machine, "gemini-cli", per_second=1000, more={"name": NAME}),
        Edit((project or folder) / "GEMINI.md", "text", ("instructions",), instructions()),
    )


HOST = HostFiles(
    "gemini-cli",
    "Gemini CLI",
    lambda machine: machine.has_command("gemini") or (machine.home / ".gemini").is_dir(),
    edits,
)
