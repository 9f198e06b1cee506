"""Codex CLI: hooks in its own file, skipped until the person trusts them; one unknown field voids an answer."""

from router.hosts import snake
from router.hosts.host import Entry, Event, Host, Verdict


def _write(event: Event, verdict: Verdict) -> str:
    """As the shared shape, but nothing where Codex takes nothing: after a tool and at a session's end."""
    if event.kind in ("after_tool", "session_end"):
        return ""
    return snake.answer(event, verdict)


HOST = Host(
    name="codex",
    title="Codex CLI",
    entries=(
        Entry("SessionStart", "session_start"),
        Entry("UserPromptSubmit", "prompt"),
        Entry("PreToolUse", "before_tool"),
        Entry("PostToolUse", "after_tool", "mcp__.*"),
        Entry("SessionEnd", "session_end", timeout_s=1),
    ),
    read=snake.read,
    write=_write,
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    providers={"codex": "openai", "openai": "openai"},
    needed=frozenset({"update_plan", "view_image", "read_file", "list_dir", "grep_files", "request_user_input"}),
)
