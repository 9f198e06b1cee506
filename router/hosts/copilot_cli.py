"""GitHub Copilot CLI: camelCase fields and flat answers; a repository's Claude settings reach it in snake_case."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, Verdict, mapping_of, text_of


def _read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    if "session_id" in payload:
        return snake.read(kind, payload)
    result = mapping_of(payload, "toolResult") or {}
    name = next((entry.event for entry in HOST.entries if entry.kind == kind), "")
    return Event(
        kind,
        name,
        session=text_of(payload, "sessionId"),
        cwd=text_of(payload, "cwd"),
        prompt=text_of(payload, "prompt"),
        tool=text_of(payload, "toolName"),
        tool_input=mapping_of(payload, "toolArgs"),
        failed=result.get("resultType") not in ("success", None) if result else None,
        source=text_of(payload, "source", "reason"),
        raw=payload,
    )


def _write(event: Event, verdict: Verdict) -> str:
    if verdict.block is not None and event.kind == "prompt":
        return json.dumps({"decision": "block", "reason": verdict.block})
    if verdict.block is not None and event.kind == "before_tool":
        return json.dumps({"permissionDecision": "deny", "permissionDecisionReason": verdict.block})
    if verdict.context is not None and event.kind in ("prompt", "session_start"):
        return json.dumps({"additionalContext": verdict.context})
    return ""


HOST = Host(
    name="copilot-cli",
    title="GitHub Copilot CLI",
    entries=(
        Entry("sessionStart", "session_start"),
        Entry("userPromptSubmitted", "prompt"),
        Entry("preToolUse", "before_tool"),
        Entry("postToolUse", "after_tool"),
        Entry("sessionEnd", "session_end", timeout_s=1),
    ),
    read=_read,
    write=_write,
    tool_form="{server}-{tool}",
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    needed=frozenset({
        "view", "read", "grep", "glob", "rg", "ask_user", "report_intent", "update_todo", "skill", "read_bash",
        "fetch_copilot_cli_documentation",
    }),
)  # fmt: skip
