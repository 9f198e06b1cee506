"""GitHub Copilot in VS Code: the hooks and instructions that it shares with Copilot CLI."""

from router.hosts.files.host_files import HostFiles, instructions
from router.hosts.files.shapes import two_shells
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """One hook file for both, since both read the folder; instructions only in a project, where it looks for them."""
    project = machine.project
    folder = project / ".github" if project else machine.folder("COPILOT_HOME", machine.home / ".copilot")
    hooks = two_shells(folder / "hooks" / f"{NAME}.json", machine, "copilot-cli")
    if project is None:
        return hooks
    return (*hooks, Edit(folder / "copilot-instructions.md", "text", ("instructions",), instructions()))


HOST = HostFiles(
    "copilot-vscode",
    "GitHub Copilot in VS Code",
    lambda machine: any((machine.home / ".vscode" / "extensions").glob("github.copilot*")),
    edits,
    window=True,
)
