"""Codex CLI: `config.toml` for servers, `hooks.json` for hooks, `AGENTS.md` for instructions."""

from router.hosts.files.host_files import HostFiles, group_edits, instructions
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files, or with a project those of the repository, which Codex reads once it is trusted."""
    project = machine.project
    folder = project / ".codex" if project else machine.folder("CODEX_HOME", machine.home / ".codex")
    entry = machine.server(default_tools_approval_mode="approve", tool_timeout_sec=120)
    return (
        Edit(folder / "config.toml", "toml", ("mcp_servers", NAME), entry),
        *group_edits(folder / "hooks.json", machine, "codex"),
        Edit((project or folder) / "AGENTS.md", "text", ("instructions",), instructions()),
    )


HOST = HostFiles(
    "codex",
    "Codex CLI",
    lambda machine: machine.has_command("codex") or (machine.home / ".codex").is_dir(),
    edits,
    ("Codex runs hooks only after you accept them: type `/hooks` in Codex",),
)
