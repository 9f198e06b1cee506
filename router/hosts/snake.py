"""The shape of events that Claude Code began with and several hosts share: snake_case fields on standard input."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts.host import Event, Kind, Verdict, mapping_of, text_of, tokens_of


def read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    """An event in that shape."""
    response = payload.get("tool_response")
    usage = response if isinstance(response, dict) else {}
    return Event(
        kind,
        text_of(payload, "hook_event_name") or "",
        session=text_of(payload, "session_id"),
        cwd=text_of(payload, "cwd"),
        prompt=text_of(payload, "prompt"),
        tool=text_of(payload, "tool_name"),
        tool_input=mapping_of(payload, "tool_input"),
        failed=_failed(payload, response),
        call=text_of(payload, "tool_use_id"),
        agent=text_of(payload, "agent_type"),
        model=text_of(payload, "model"),
        usage=tokens_of(mapping_of(usage, "usage"), "input_tokens", "output_tokens"),
        source=text_of(payload, "source", "reason"),
        raw=payload,
    )


def _failed(payload: Mapping[str, Any], response: Any) -> bool | None:
    if isinstance(response, dict):
        return bool(response.get("is_error") or response.get("isError") or response.get("interrupted"))
    return None if "tool_response" not in payload else False


def answer(event: Event, verdict: Verdict, *, message: bool = True) -> str:
    """The verdict with `hookSpecificOutput`, in fields that this event knows; "" says nothing.

    A permission is never given in the person's place: a rewritten input says nothing of whether the tool may run.
    """
    if event.kind == "status_line":
        return verdict.line or ""
    plain: dict[str, Any] = {}
    own: dict[str, Any] = {}
    if verdict.block is not None and event.kind == "prompt":
        plain |= {"decision": "block", "reason": verdict.block}
    elif verdict.block is not None and event.kind == "before_tool":
        own |= {"permissionDecision": "deny", "permissionDecisionReason": verdict.block}
    elif verdict.model is not None and event.kind == "before_tool" and event.tool_input is not None:
        own["updatedInput"] = {**event.tool_input, "model": verdict.model}
    if verdict.context is not None and verdict.block is None:
        own["additionalContext"] = verdict.context
    if own:
        plain["hookSpecificOutput"] = {"hookEventName": event.name, **own}
    if verdict.message is not None and message:
        plain["systemMessage"] = verdict.message
    return json.dumps(plain) if plain else ""
