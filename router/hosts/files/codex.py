"""Codex CLI: `config.toml` for servers, `hooks.json` for hooks, `AGENTS.md` for instructions."""

from router.hosts.files.host_files import HostFiles, group_edits, instructions
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine

_GRACE_MS = 10_000
"""Codex leaves the tools of a server out of a turn that begins before the server is up, and waits this long for it; the
second that it gives by itself is less than ours needs. It waits only while a server is still starting."""


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files, or with a project those of the repository, which Codex reads once it is trusted."""
    project = machine.project
    folder = project / ".codex" if project else machine.folder("CODEX_HOME", machine.home / ".codex")
    config = folder / "config.toml"
    entry = machine.server(
        default_tools_approval_mode="approve", startup_timeout_sec=30, tool_timeout_sec=120
    )
    return (
        Edit(config, "toml", ("mcp_optional_startup_grace_ms",), _GRACE_MS, "offer"),
        Edit(config, "toml", ("mcp_servers", NAME), entry),
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
