"""Claude Code: command hooks in its settings, a status line, and sub-agents whose model a hook can set."""

from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, mapping_of, text_of

_ACTS = "^(Bash|Edit|MultiEdit|Write|NotebookEdit|WebSearch|WebFetch|Agent|Task)$"
_ENDS = "^(Agent|Task|mcp__.*)$"


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
        used, ends = row.get("used_percentage"), row.get("resets_at")
        if isinstance(used, int | float) and isinstance(ends, int | float) and used == used and ends == ends:
            found.append((name, max(0.0, used / 100), float(ends)))
    return tuple(found)


def _agent_model(model: str) -> str | None:
    """The family that the Agent tool knows a model by: the word after the brand."""
    provider, _, name = model.partition("/")
    parts = name.split("-")
    return parts[1] if provider == "anthropic" and len(parts) > 1 and parts[1].isalpha() else None


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
    write=snake.answer,
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
)  # fmt: skip
