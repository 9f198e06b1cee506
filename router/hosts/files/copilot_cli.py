"""GitHub Copilot CLI: `~/.copilot` for servers, hooks and instructions."""

from router.hosts.files.host_files import HostFiles, instructions, server_edit
from router.hosts.files.shapes import two_shells
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files, or with a project those of the repository."""
    project = machine.project
    entry = {"type": "local", **machine.server(tools=["*"], timeout=120_000)}
    if project:
        folder = project / ".github"
        servers, text = folder / "mcp.json", folder / "copilot-instructions.md"
    else:
        folder = machine.folder("COPILOT_HOME", machine.home / ".copilot")
        servers, text = folder / "mcp-config.json", folder / "copilot-instructions.md"
    return (
        server_edit(servers, entry),
        *two_shells(folder / "hooks" / f"{NAME}.json", machine, "copilot-cli"),
        Edit(text, "text", ("instructions",), instructions()),
    )


HOST = HostFiles(
    "copilot-cli",
    "GitHub Copilot CLI",
    lambda machine: machine.has_command("copilot") or (machine.home / ".copilot").is_dir(),
    edits,
    ("runs without a person need `--allow-tool llm-router`",),
)
