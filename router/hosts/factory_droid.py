"""Factory Droid: Claude's shape; its one-shot mode fires no prompt event, but keeps what was said."""

import json
from typing import Any

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Verdict, text_of

_MOST_BYTES = 256 * 1024
"""Of a transcript's end; a prompt stands close to the tool call that follows from it."""


def _write(event: Event, verdict: Verdict) -> str:
    """As the shared shape, but a prompt is only stopped by what stops the session: of a decision there nothing is read."""
    if verdict.block is not None and event.kind == "prompt":
        return json.dumps({"continue": False, "stopReason": verdict.block})
    return snake.answer(event, verdict)


def _said(event: Event) -> str | None:
    """The last message of a person in the transcript."""
    path = text_of(event.raw, "transcript_path")
    if path is None:
        return None
    try:
        with open(path, "rb") as file:  # noqa: PTH123 dear for a hook
            file.seek(max(0, file.seek(0, 2) - _MOST_BYTES))
            lines = file.read().split(b"\n")
    except OSError:
        return None
    return next((text for line in reversed(lines) if (text := _person_in(line))), None)


def _person_in(line: bytes) -> str | None:
    """What a person says in a line; what is told the model or shown the person beside it has its own `visibility`."""
    if b'"user"' not in line:
        return None
    try:
        message: Any = json.loads(line)["message"]
        if message["role"] != "user" or message.get("visibility") not in (None, "both"):
            return None
        return "\n".join(part["text"] for part in message["content"] if part["type"] == "text") or None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


HOST = Host(
    name="factory-droid",
    title="Factory Droid",
    entries=(
        Entry("SessionStart", "session_start"),
        Entry("UserPromptSubmit", "prompt"),
        Entry("PreToolUse", "before_tool"),
        Entry("PostToolUse", "after_tool"),
        Entry("SessionEnd", "session_end", timeout_s=1),
    ),
    read=snake.read,
    write=_write,
    tool_form="{server}___{tool}",
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    needed=frozenset({"read", "grep", "glob", "ls", "todowrite", "askuser", "skill", "exitspecmode"}),
    said=_said,
)
