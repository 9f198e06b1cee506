"""Windsurf, since 2026 Devin Desktop: Devin's hooks in Claude's shape, Cascade's with exit codes alone."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, Verdict, mapping_of, text_of


def _read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    if "agent_action_name" not in payload:
        return snake.read(kind, payload)
    info = mapping_of(payload, "tool_info") or {}
    return Event(
        kind, text_of(payload, "agent_action_name") or "", session=text_of(payload, "trajectory_id"),
        cwd=text_of(info, "cwd") or text_of(payload, "cwd"), prompt=text_of(info, "user_prompt", "prompt"), raw=payload,
    )  # fmt: skip


def _write(event: Event, verdict: Verdict) -> str:
    """Cascade reads no answer, so nothing is said to it."""
    if "agent_action_name" in event.raw:
        return ""
    if verdict.block is not None and event.kind in ("prompt", "before_tool"):
        return json.dumps({"decision": "block", "reason": verdict.block})
    return snake.answer(event, verdict._replace(block=None), message=False)


HOST = Host(
    name="windsurf",
    title="Windsurf (Devin Desktop)",
    entries=(
        Entry("SessionStart", "session_start"),
        Entry("UserPromptSubmit", "prompt"),
        Entry("PreToolUse", "before_tool"),
        Entry("PostToolUse", "after_tool"),
        Entry("SessionEnd", "session_end", timeout_s=1),
        Entry("pre_user_prompt", "prompt"),
    ),
    read=_read,
    reads_others=True,
    write=_write,
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    needed=frozenset({"read", "grep", "glob", "find_file_by_name", "todo_write", "ask_user_question"}),
)
