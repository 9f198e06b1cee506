"""Codex CLI: hooks in its own file, skipped until the person trusts them; one unknown field voids an answer."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, Verdict, text_of


def _read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    event = snake.read(kind, payload)
    # A command's output comes as a text that does not say how the command ended.
    return event._replace(failed=None) if isinstance(payload.get("tool_response"), str) else event


def _output(event: Event) -> str | None:
    return text_of(event.raw, "tool_response")


def _write(event: Event, verdict: Verdict) -> str:
    """As the shared shape, but nothing at a session's end, and after a tool only what stands in place of its output:
    the reason of a block, which there stops nothing."""
    if event.kind == "after_tool" and verdict.output is not None:
        return json.dumps({"decision": "block", "reason": verdict.output})
    if event.kind in ("after_tool", "session_end"):
        return ""
    return snake.answer(event, verdict)


HOST = Host(
    name="codex",
    title="Codex CLI",
    entries=(
        Entry("SessionStart", "session_start"),
        Entry("UserPromptSubmit", "prompt"),
        Entry("PreToolUse", "before_tool"),
        Entry("PostToolUse", "after_tool", "Bash|mcp__.*"),
        Entry("SessionEnd", "session_end", timeout_s=1),
    ),
    read=_read,
    write=_write,
    tool_form="mcp__llm_router__{tool}",
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    providers={"codex": "openai", "openai": "openai"},
    shells=frozenset({"Bash"}),
    output=_output,
    needed=frozenset({"update_plan", "view_image", "read_file", "list_dir", "grep_files", "request_user_input"}),
)
