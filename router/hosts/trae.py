"""Trae: Claude's shape on standard input; plain text is what its model is told."""

import json

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Verdict


def _write(event: Event, verdict: Verdict) -> str:
    """Only text reaches the model; a tool is refused as in the shared shape."""
    if verdict.block is not None and event.kind == "before_tool":
        return snake.answer(event, verdict, message=False)
    if verdict.block is not None and event.kind == "prompt":
        return json.dumps({"decision": "block", "reason": verdict.block})
    return verdict.context or "" if event.kind in ("prompt", "session_start") else ""


HOST = Host(
    name="trae",
    title="Trae",
    entries=(
        Entry("SessionStart", "session_start"),
        Entry("UserPromptSubmit", "prompt"),
        Entry("PreToolUse", "before_tool", "RunCommand|mcp.*"),
        Entry("PostToolUse", "after_tool", "mcp.*"),
    ),
    read=snake.read,
    reads_others=True,
    write=_write,
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    needed=frozenset({"read", "grep", "glob", "ls", "view", "search", "todowrite"}),
)
