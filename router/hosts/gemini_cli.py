"""Gemini CLI: its own event names, and a hook before each model call that may change the model."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, Verdict, mapping_of, text_of, tokens_of

_CODE = "Exit Code: "


def _read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    event = snake.read(kind, payload)
    request = mapping_of(payload, "llm_request") or {}
    response = mapping_of(payload, "tool_response") or {}
    usage = mapping_of(mapping_of(payload, "llm_response") or {}, "usageMetadata")
    return event._replace(
        model=text_of(request, "model"),
        failed=_failed(response) if response else event.failed,
        usage=tokens_of(usage, "promptTokenCount", "candidatesTokenCount"),
    )


def _failed(response: Mapping[str, Any]) -> bool | None:
    """What came of a call: for a command its output says so, where it does."""
    if response.get("error"):
        return True
    text = response.get("llmContent")
    lines = text.splitlines() if isinstance(text, str) else []
    codes = [line.removeprefix(_CODE) for line in lines if line.startswith(_CODE)]
    return any(code.strip() != "0" for code in codes) if codes else None


def _output(event: Event) -> str | None:
    return text_of(mapping_of(event.raw, "tool_response") or {}, "llmContent")


def _write(event: Event, verdict: Verdict) -> str:
    plain: dict[str, Any] = {}
    if verdict.block is not None and event.kind in ("prompt", "before_tool"):
        plain |= {"decision": "deny", "reason": verdict.block}
    elif verdict.context is not None and event.kind in ("prompt", "session_start"):
        plain["hookSpecificOutput"] = {"hookEventName": event.name, "additionalContext": verdict.context}
    elif verdict.model is not None and event.kind == "before_model":
        plain["hookSpecificOutput"] = {"hookEventName": event.name, "llm_request": {"model": verdict.model}}
    elif verdict.output is not None and event.kind == "after_tool":
        plain |= {"decision": "deny", "reason": verdict.output}
    if verdict.message is not None:
        plain["systemMessage"] = verdict.message
    return json.dumps(plain) if plain else ""


HOST = Host(
    name="gemini-cli",
    title="Gemini CLI",
    entries=(
        Entry("SessionStart", "session_start"),
        Entry("BeforeAgent", "prompt"),
        Entry("BeforeModel", "before_model"),
        Entry("BeforeTool", "before_tool"),
        Entry("AfterTool", "after_tool", "run_shell_command|mcp_.*"),
        Entry("SessionEnd", "session_end", timeout_s=1),
    ),
    read=_read,
    write=_write,
    tool_form="mcp_{server}_{tool}",
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    sets_model=frozenset({"before_model"}),
    providers={"gemini": ""},
    shells=frozenset({"run_shell_command"}),
    output=_output,
    needed=frozenset({
        "read_file", "read_many_files", "list_directory", "glob", "search_file_content", "grep_search", "ask_user",
        "write_todos", "save_memory", "activate_skill",
    }),
)  # fmt: skip
