"""All hosts by name, each imported when it is asked for; and which of them sent an event."""

from collections.abc import Mapping
from typing import Any

from router.hosts.host import Entry, Host

NAMES = (
    "claude-code", "codex", "opencode", "gemini-cli", "copilot-cli", "openclaw", "trae", "factory-droid", "vscode",
    "cursor", "windsurf", "zed", "claude-desktop", "claw-code",
)  # fmt: skip

INTERPRETER_FLAGS = ("-I", "-S")
"""How hosts start the interpreter: nothing of the environment, the working folder or `site` has a say in a hook."""

_FIELDS = (
    (("cursor_version",), "cursor"),
    (("hookEventName",), "vscode"),
    (("turn_id",), "codex"),
    (("agent_action_name",), "windsurf"),
    (("sessionId",), "copilot-cli"),
    (("timestamp", "session_id", "transcript_path"), "gemini-cli"),
    (("timestamp", "session_id"), "copilot-cli"),
    (("input", "output"), "opencode"),
    (("prompt_id",), "claude-code"),
    (("workspace_roots",), "trae"),
)
_FOLDERS = (
    ("/.claude/", "claude-code"), ("/.factory/", "factory-droid"), ("/.codex/", "codex"), ("/.gemini/", "gemini-cli"),
    ("/.copilot/", "copilot-cli"),
)  # fmt: skip
_VARIABLES = (
    ("COPILOT_CLI", "copilot-cli"), ("DROID_PROJECT_DIR", "factory-droid"), ("FACTORY_PROJECT_DIR", "factory-droid"),
    ("DEVIN_PROJECT_DIR", "windsurf"), ("CLAUDECODE", "claude-code"), ("CLAUDE_PROJECT_DIR", "claude-code"),
)  # fmt: skip


def host_named(name: str) -> Host | None:
    """The host of that name; None when there is none."""
    if name not in NAMES:
        return None
    # The built-in itself, since `importlib` brings `warnings` along.
    host: Host = __import__(f"router.hosts.{name.replace('-', '_')}", fromlist=["HOST"]).HOST
    return host


def detect(payload: Mapping[str, Any], environ: Mapping[str, str]) -> str | None:
    """The name of the host that sent an event, from a file that several hosts read; None when nothing tells.

    What it sent counts first: an outer host's variables leak into one that is started from it.
    """
    for fields, name in _FIELDS:
        if all(field in payload for field in fields):
            return name
    path = payload.get("transcript_path")
    if isinstance(path, str):
        plain = path.replace("\\", "/")
        for folder, name in _FOLDERS:
            if folder in plain:
                return name
    return next((name for variable, name in _VARIABLES if environ.get(variable)), None)


def events() -> dict[str, tuple[Entry, ...]]:
    """For each host the lines of its hook file; a host without hooks has none."""
    return {name: host.entries for name in NAMES if (host := host_named(name)) is not None}
