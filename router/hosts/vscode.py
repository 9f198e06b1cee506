"""Copilot in VS Code: camelCase names over Claude's fields; a prompt's hook can stop it but say nothing to the model."""

import json
from collections.abc import Mapping
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Kind, Verdict, joined, text_of


def _read(kind: Kind, payload: Mapping[str, Any]) -> Event:
    event = snake.read(kind, payload)
    return event._replace(
        name=text_of(payload, "hookEventName") or "", session=text_of(payload, "sessionId", "session_id"),
        # It reads the files of Claude Code and of Copilot CLI.
        once=joined(payload, "timestamp", "tool_use_id"),
    )


def _write(event: Event, verdict: Verdict) -> str:
    if event.kind != "prompt":
        return snake.answer(event, verdict)
    if verdict.block is not None:
        return json.dumps({"continue": False, "stopReason": verdict.block})
    return "" if verdict.message is None else json.dumps({"systemMessage": verdict.message})


HOST = Host(
    name="vscode",
    title="GitHub Copilot in VS Code",
    entries=(
        Entry("SessionStart", "session_start"),
        Entry("UserPromptSubmit", "prompt"),
        Entry("PreToolUse", "before_tool"),
        Entry("PostToolUse", "after_tool"),
    ),
    read=_read,
    reads_others=True,
    write=_write,
    tool_form="mcp_{server}_{tool}",
    says_context=frozenset({"session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    needed=frozenset({
        "read_file", "readfile", "list_dir", "listdirectory", "grep_search", "textsearch", "file_search", "filesearch",
        "semantic_search", "codebase", "get_errors", "manage_todo_list",
    }),
)  # fmt: skip
