"""Gemini CLI: its own event names, and a hook before each model call that may change the model."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, Verdict, mapping_of, text_of, tokens_of

_OPEN, _CLOSE = "<untrusted_context>\n", "\n</untrusted_context>"
_BEGUN = "Output: "
_ENDS = ("Error: ", "Exit Code: ", "Signal: ", "Background PIDs: ", "Process Group PGID: ")
"""The lines that may follow what a command printed; one that ended well has none of the first three."""


def _read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    event = snake.read(kind, payload)
    request = mapping_of(payload, "llm_request") or {}
    response = mapping_of(payload, "tool_response")
    usage = mapping_of(mapping_of(payload, "llm_response") or {}, "usageMetadata")
    return event._replace(
        model=text_of(request, "model"),
        failed=event.failed if response is None else _failed(response, event.tool),
        usage=tokens_of(usage, "promptTokenCount", "candidatesTokenCount"),
    )


def _failed(response: Mapping[str, Any], tool: str | None) -> bool | None:
    """What came of a call. Of a command its last lines say so, and the text of one that was stopped or goes on has none."""
    if response.get("error"):
        return True
    if tool not in HOST.shells:
        return False
    parts = _parts(response, tool)
    if parts is None:
        return None
    return any(line.startswith(_ENDS[:3]) and line != "Exit Code: 0" for line in parts[2].splitlines())


def _parts(response: Mapping[str, Any], tool: str | None) -> tuple[str, str, str] | None:
    """What stands before the text of a tool, the text, and what follows it; None where there is no such text."""
    text = _text(response.get("llmContent"))
    if text is None:
        return None
    head, tail = _OPEN if text.startswith(_OPEN) else "", _CLOSE if text.endswith(_CLOSE) else ""
    body = text[len(head) : len(text) - len(tail)]
    if tool not in HOST.shells:
        return head, body, tail
    if not body.startswith(_BEGUN):
        return None
    lines = body.removeprefix(_BEGUN).split("\n")
    kept = len(lines)
    while kept > 1 and lines[kept - 1].startswith(_ENDS):
        kept -= 1
    ends = "".join(f"\n{line}" for line in lines[kept:])
    return head + _BEGUN, "\n".join(lines[:kept]), ends + tail


def _text(content: Any) -> str | None:
    """A text, or the only part of a server's answer."""
    if isinstance(content, list) and len(content) == 1 and isinstance(content[0], dict):
        content = content[0].get("text")
    return content if isinstance(content, str) else None


def _output(event: Event) -> str | None:
    parts = _parts(mapping_of(event.raw, "tool_response") or {}, event.tool)
    return parts[1] if parts is not None else None


def _replaced(event: Event, text: str) -> str:
    """The text in its surroundings. It reaches the model as `Tool result blocked: …`, so it is told that nothing was."""
    head, _, tail = _parts(mapping_of(event.raw, "tool_response") or {}, event.tool) or ("", "", "")
    said = "the call ended well, this is its output shortened:\n" if event.failed is False else ""
    return f"{said}{head}{text.rstrip()}{tail}"


def _write(event: Event, verdict: Verdict) -> str:
    plain: dict[str, Any] = {}
    if verdict.block is not None and event.kind in ("prompt", "before_tool"):
        plain |= {"decision": "deny", "reason": verdict.block}
    elif verdict.context is not None and event.kind in ("prompt", "session_start"):
        plain["hookSpecificOutput"] = {"hookEventName": event.name, "additionalContext": verdict.context}
    elif verdict.model is not None and event.kind == "before_model":
        plain["hookSpecificOutput"] = {"hookEventName": event.name, "llm_request": {"model": verdict.model}}
    elif verdict.output is not None and event.kind == "after_tool":
        plain |= {"decision": "deny", "reason": _replaced(event, verdict.output)}
    # Without a window it shows the message alone, so that has to say why a prompt goes no further.
    stopped = verdict.block if event.kind == "prompt" else None
    if stopped is not None or verdict.message is not None:
        plain["systemMessage"] = stopped or verdict.message
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
