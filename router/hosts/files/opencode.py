"""OpenCode: servers in `opencode.json` or `.jsonc`, a plugin in JavaScript for the hooks."""

import json
from pathlib import Path

from router.base.shipped import shipped
from router.hosts.files.host_files import HostFiles, hooks_of, instructions, server_edit, words
from router.hosts.install.edit import Edit
from router.hosts.install.machine import NAME, Machine


def edits(machine: Machine) -> tuple[Edit, ...]:
    """The user's files, or with a project those of the repository."""
    project = machine.project
    folder = machine.folder("OPENCODE_CONFIG_DIR", machine.config / "opencode")
    plugins = (project / ".opencode" if project else folder) / "plugins"
    entry = {
        "type": "local",
        "command": [machine.command, *machine.args],
        "enabled": True,
        "timeout": 120_000,
    }
    return (
        server_edit(_settings(project or folder), entry, "mcp"),
        *_plugin(plugins / f"{NAME}.js", machine),
        Edit((project or folder) / "AGENTS.md", "text", ("instructions",), instructions()),
    )


def _settings(folder: Path) -> Path:
    """The file that is there; of both the one with comments, since it wins."""
    with_comments = folder / "opencode.jsonc"
    return with_comments if with_comments.is_file() else folder / "opencode.json"


def _plugin(file: Path, machine: Machine) -> tuple[Edit, ...]:
    """The plugin with the commands of our hooks in its first line of code; none when no script ships."""
    commands = {
        entry.event: words(machine, script, host) for entry, script, host in hooks_of("opencode", machine)
    }
    if not commands:
        return ()
    text = shipped("hooks/plugin/opencode.js").read_text(encoding="utf-8")
    return (Edit(file, "text", (), text.replace("/* commands */ {}", json.dumps(commands, indent=2))),)


HOST = HostFiles(
    "opencode",
    "OpenCode",
    lambda machine: machine.has_command("opencode") or (machine.config / "opencode").is_dir(),
    edits,
)
