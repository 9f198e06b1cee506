"""Cursor: flat answers of its own; it also runs Claude's hook files, with `cursor_version` among the fields."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, Verdict, text_of


def _read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    event = snake.read(kind, payload)
    roots = payload.get("workspace_roots")
    first = roots[0] if isinstance(roots, list) and roots and isinstance(roots[0], str) else None
    return event._replace(
        session=text_of(payload, "conversation_id", "session_id"),
        cwd=event.cwd or first,
        failed=True if event.name == "postToolUseFailure" else event.failed,
        once=_once(event, payload),
    )


def _once(event: Event, payload: Mapping[str, Any]) -> str | None:
    """Its turn, and for a tool the call: Cursor runs Claude's hook files beside its own."""
    turn = text_of(payload, "generation_id")
    if event.kind not in ("before_tool", "after_tool"):
        return turn
    call = event.call or json.dumps(event.tool_input, sort_keys=True)
    return None if turn is None else f"{turn}\0{event.tool}\0{call}"


def _write(event: Event, verdict: Verdict) -> str:
    """Context is said where Cursor may heed it; whether it does is not certain, so a rule file says it too."""
    if verdict.block is not None and event.kind == "prompt":
        return json.dumps({"continue": False, "user_message": verdict.block})
    if verdict.block is not None and event.kind == "before_tool":
        return json.dumps({"permission": "deny", "user_message": verdict.block, "agent_message": verdict.block})
    if verdict.context is not None and event.kind in ("prompt", "session_start"):
        return json.dumps({"additional_context": verdict.context})
    return ""


HOST = Host(
    name="cursor",
    title="Cursor",
    entries=(
        Entry("sessionStart", "session_start"),
        Entry("beforeSubmitPrompt", "prompt"),
        Entry("preToolUse", "before_tool", "Shell|Write|Task"),
        Entry("postToolUse", "after_tool", "MCP:.*"),
        Entry("sessionEnd", "session_end", timeout_s=1),
    ),
    read=_read,
    write=_write,
    tool_form="{tool}",
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    needed=frozenset({"read", "grep", "glob", "ls", "semsearch", "todowrite"}),
)
