"""Claude Code: `~/.claude.json` for servers, `settings.json` for hooks, a rules file of its own."""

from pathlib import Path

from router.hosts.files.host_files import (
    HostFiles,
    command_line,
    group_edits,
    instructions,
    server_edit,
)
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files, or with a project those of the repository."""
    project = machine.project
    folder = project / ".claude" if project else machine.folder("CLAUDE_CONFIG_DIR", machine.home / ".claude")
    moved = bool(machine.environ.get("CLAUDE_CONFIG_DIR"))
    servers = project / ".mcp.json" if project else (folder if moved else machine.home) / ".claude.json"
    settings = folder / "settings.json"
    # alwaysLoad: deferred tools are not in the model's first request.
    entry = {"type": "stdio", **machine.server(alwaysLoad=True)}
    return (
        server_edit(servers, entry),
        # Other hosts read this file too, so the hook finds out itself who calls it.
        *group_edits(settings, machine, "claude-code", exec_form=True),
        Edit(settings, "json", ("permissions", "allow"), f"mcp__{NAME}__*", "add"),
        *_status_line(settings, machine),
        Edit(folder / "rules" / f"{NAME}.md", "text", (), instructions()),
    )


def _status_line(settings: Path, machine: Machine) -> tuple[Edit, ...]:
    script = machine.script("status_line.py")
    if script is None or machine.project is not None:
        return ()
    value = {"type": "command", "command": command_line(machine, script, None)}
    return (Edit(settings, "json", ("statusLine",), value, "offer"),)


HOST = HostFiles(
    "claude-code",
    "Claude Code",
    lambda machine: machine.has_command("claude") or (machine.home / ".claude").is_dir(),
    edits,
)
