"""GitHub Copilot CLI: camelCase fields and flat answers; a repository's Claude settings reach it in snake_case."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, Verdict, mapping_of, text_of

_ENDED = ("<shellId: ", "<detached command with shellId: ")
_CODE = " completed with exit code "


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
        failed=_failed(result),
        call=text_of(payload, "toolCallId"),
        source=text_of(payload, "source", "reason"),
        raw=payload,
    )


def _failed(result: Mapping[str, Any]) -> bool | None:
    """What came of a call: a command's last line says so whatever its kind of result."""
    if not result:
        return None
    last = _parts(result)[1]
    return result.get("resultType") not in ("success", None) or bool(last and not last.endswith(f"{_CODE}0>"))


def _parts(result: Mapping[str, Any]) -> tuple[str, str]:
    """A result's text, and the last line of a command's, which says how it ended."""
    text = text_of(result, "textResultForLlm") or ""
    body, line, end = text.rpartition("\n")
    return (body + line, end) if end.startswith(_ENDED) and _CODE in end else (text, "")


def _output(event: Event) -> str | None:
    """A command's text without its last line; None where the fields are those of another host's files."""
    result = mapping_of(event.raw, "toolResult") or {}
    body, last = _parts(result)
    return (body or None) if last or event.tool not in HOST.shells else None


def _write(event: Event, verdict: Verdict) -> str:
    if verdict.block is not None and event.kind == "prompt":
        return json.dumps({"decision": "block", "reason": verdict.block})
    if verdict.block is not None and event.kind == "before_tool":
        return json.dumps({"permissionDecision": "deny", "permissionDecisionReason": verdict.block})
    if verdict.context is not None and event.kind in ("prompt", "session_start"):
        return json.dumps({"additionalContext": verdict.context})
    if verdict.output is not None and event.kind == "after_tool":
        result = mapping_of(event.raw, "toolResult") or {}
        text = verdict.output.rstrip("\n") + "\n" + _parts(result)[1]
        return json.dumps({"modifiedResult": {"resultType": result.get("resultType", "success"), "textResultForLlm": text}})
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
    reads_others=True,
    write=_write,
    tool_form="{server}-{tool}",
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    shells=frozenset({"bash", "powershell"}),
    output=_output,
    needed=frozenset({
        "view", "read", "grep", "glob", "rg", "ask_user", "report_intent", "update_todo", "skill", "read_bash",
        "fetch_copilot_cli_documentation",
    }),
)  # fmt: skip
