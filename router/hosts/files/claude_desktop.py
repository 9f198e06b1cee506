"""Claude Desktop: servers in its one settings file; it has no hooks and no projects."""

from pathlib import Path

from router.hosts.files.host_files import HostFiles, server_edit
from router.hosts.install.edit import Edit
from router.hosts.install.machine import Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The settings of every way it can be installed that is here."""
    if machine.project:
        return ()
    return tuple(
        server_edit(folder / "claude_desktop_config.json", machine.server()) for folder in _folders(machine)
    )


def _folders(machine: Machine) -> tuple[Path, ...]:
    """The usual folder, and on Windows that of the packaged application, which reads only its own."""
    local = machine.environ.get("LOCALAPPDATA") if machine.system == "win32" else None
    packages = Path(local, "Packages").glob("Claude_*") if local else ()
    packaged = tuple(folder / "LocalCache" / "Roaming" / "Claude" for folder in packages)
    return (machine.application_data / "Claude", *packaged)


HOST = HostFiles(
    "claude-desktop",
    "Claude Desktop",
    lambda machine: any(folder.is_dir() for folder in _folders(machine)),
    edits,
    ("restart Claude Desktop",),
    window=True,
)
