"""What each host sends at its events, in the shape it was recorded in, for trying installed hooks."""

from typing import Any

SESSION = "llm-router-verify"
PROMPT = "What does os.path.join do?"
_COMMAND = {"command": "echo hello"}


def sample(host: str, event: str, kind: str, cwd: str) -> dict[str, Any]:
    """A payload of that host and event; hosts without a shape of their own send what Claude Code sends."""
    make = _OWN.get(host)
    if make is not None:
        return make(event, kind, cwd)
    return {**_snake(event, kind, cwd), **_EXTRA.get(host, {})}


def _snake(event: str, kind: str, cwd: str) -> dict[str, Any]:
    base = {"session_id": SESSION, "transcript_path": "", "cwd": cwd, "hook_event_name": event}
    call = {"tool_name": "Bash", "tool_input": _COMMAND, "tool_use_id": "call-1"}
    more: dict[str, dict[str, Any]] = {
        "prompt": {"prompt": PROMPT},
        "before_tool": call,
        "after_tool": {**call, "tool_response": "hello"},
        "session_start": {"source": "startup"},
        "session_end": {"reason": "other"},
        "before_model": {"llm_request": {"model": "none", "messages": [{"role": "user", "content": PROMPT}]}},
    }
    return base | more.get(kind, {})


def _copilot(event: str, kind: str, cwd: str) -> dict[str, Any]:
    base: dict[str, Any] = {"sessionId": SESSION, "timestamp": 0, "cwd": cwd}
    call = {"toolName": "bash", "toolArgs": '{"command": "echo hello"}'}
    more: dict[str, dict[str, Any]] = {
        "prompt": {"prompt": PROMPT},
        "before_tool": call,
        "after_tool": {**call, "toolResult": {"resultType": "success", "textResultForLlm": "hello"}},
        "session_start": {"source": "new"},
        "session_end": {"reason": "complete"},
    }
    return base | more.get(kind, {})


def _opencode(event: str, kind: str, cwd: str) -> dict[str, Any]:
    base: dict[str, Any] = {"hook_event_name": event, "cwd": cwd}
    call = {"tool": "bash", "sessionID": SESSION, "callID": "call-1"}
    message = {"message": {"role": "user", "sessionID": SESSION}, "parts": [{"type": "text", "text": PROMPT}]}
    more: dict[str, dict[str, Any]] = {
        "prompt": {"input": {"sessionID": SESSION}, "output": message},
        "before_tool": {"input": call, "output": {"args": _COMMAND}},
        "after_tool": {"input": call, "output": {"output": "hello"}},
    }
    return base | more.get(kind, {"event": {"type": event, "properties": {"sessionID": SESSION}}})


_OWN = {"copilot-cli": _copilot, "copilot-vscode": _copilot, "opencode": _opencode}
_EXTRA: dict[str, dict[str, Any]] = {
    "claude-code": {"prompt_id": "prompt-1", "permission_mode": "default"},
    "codex": {"turn_id": "turn-1", "model": "none", "permission_mode": "default"},
    "gemini-cli": {"timestamp": "2026-01-01T00:00:00.000Z"},
    "cursor": {
        "conversation_id": SESSION,
        "generation_id": "1",
        "cursor_version": "0",
        "workspace_roots": [],
    },
    "trae": {"workspace_roots": []},
}
CLIENTS = {
    "claude-code": "claude-code", "codex": "codex-mcp-client", "gemini-cli": "gemini-cli-mcp-client",
    "opencode": "opencode", "copilot-cli": "copilot-cli", "factory-droid": "factory-cli",
}  # fmt: skip
"""What hosts call themselves when they shake hands with a server."""
