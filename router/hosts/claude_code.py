"""Claude Code: command hooks in its settings, a status line, and sub-agents whose model a hook can set."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, Verdict, mapping_of, text_of

_ACTS = "^(Bash|Edit|MultiEdit|Write|NotebookEdit|WebSearch|WebFetch|Agent|Task)$"
_MOST_PERCENT, _LAST_S = 10_000, 1e11
_ENDS = "^(Bash|Agent|Task|mcp__.*)$"


def _read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    event = snake.read(kind, payload)
    if kind != "status_line":
        return event
    model = mapping_of(payload, "model") or {}
    return event._replace(model=text_of(model, "id"), quotas=_quotas(payload))


def _quotas(payload: Mapping[str, Any]) -> tuple[tuple[str, float, float], ...]:
    """The plan's windows; only subscribers have them, and only after the first answer."""
    found = []
    for window, name in (("five_hour", "claude.session"), ("seven_day", "claude.weekly")):
        row = mapping_of(mapping_of(payload, "rate_limits") or {}, window) or {}
        used, ends = _within(row.get("used_percentage"), _MOST_PERCENT), _within(row.get("resets_at"), _LAST_S)
        if used is not None and ends is not None:
            found.append((name, used / 100, ends))
    return tuple(found)


def _within(number: Any, most: float) -> float | None:
    """The number, where it can be meant: whole numbers of JSON have no end, and NaN is within nothing."""
    return float(number) if isinstance(number, int | float) and 0 <= number <= most else None


def _agent_model(model: str) -> str | None:
    """The family that the Agent tool knows a model by: the word after the brand."""
    provider, _, name = model.partition("/")
    parts = name.split("-")
    return parts[1] if provider == "anthropic" and len(parts) > 1 and parts[1].isalpha() else None


def _output(event: Event) -> str | None:
    """What a command printed, or the one text of an MCP tool; None for an image, a background task, and an output
    that Claude Code itself put into a file."""
    response = event.raw.get("tool_response")
    if isinstance(response, dict) and "stdout" in response:
        whole = not any(response.get(name) for name in ("isImage", "interrupted", "backgroundTaskId", "persistedOutputPath"))
        return text_of(response, "stdout") if whole else None
    if event.tool is None or not event.tool.startswith("mcp__"):
        return None
    return response if isinstance(response, str) else _only_text(response)


def _only_text(response: Any) -> str | None:
    blocks = response.get("content") if isinstance(response, dict) else response
    texts = [block for block in blocks if _is_text(block)] if isinstance(blocks, list) else []
    return texts[0]["text"] if len(texts) == 1 else None


def _is_text(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") == "text" and isinstance(block.get("text"), str)


def _replaced(response: Any, text: str) -> Any:
    """The tool's own shape around another text; a value of any other shape is dropped without a word."""
    if isinstance(response, dict) and "stdout" in response:
        return {**response, "stdout": text}
    if isinstance(response, dict):
        return {**response, "content": _replaced(response["content"], text)}
    if isinstance(response, list):
        return [{**block, "text": text} if _is_text(block) else block for block in response]
    return text


def _write(event: Event, verdict: Verdict) -> str:
    if event.kind == "after_tool" and verdict.output is not None:
        value = _replaced(event.raw["tool_response"], verdict.output)
        return json.dumps({"hookSpecificOutput": {"hookEventName": event.name, "updatedToolOutput": value}})
    return snake.answer(event, verdict)


HOST = Host(
    name="claude-code",
    title="Claude Code",
    entries=(
        Entry("SessionStart", "session_start"),
        Entry("UserPromptSubmit", "prompt"),
        Entry("PreToolUse", "before_tool", _ACTS),
        Entry("PostToolUse", "after_tool", _ENDS),
        Entry("SessionEnd", "session_end", timeout_s=1),
        Entry("StatusLine", "status_line"),
    ),
    read=_read,
    write=_write,
    shared_file=True,
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    providers={"anthropic": "anthropic"},
    needed=frozenset({
        "read", "grep", "glob", "ls", "notebookread", "todowrite", "todoread", "askuserquestion", "exitplanmode",
        "enterplanmode", "skill", "listmcpresourcestool", "readmcpresourcetool", "bashoutput", "taskoutput",
        "taskcreate", "taskupdate", "tasklist", "taskget",
    }),
    agents=frozenset({"Agent", "Task"}),
    agent_model=_agent_model,
    shells=frozenset({"Bash"}),
    output=_output,
    shell_file="CLAUDE_ENV_FILE",
)  # fmt: skip
