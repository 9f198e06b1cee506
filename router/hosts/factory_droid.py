"""Factory Droid: Claude's shape; its one-shot mode fires no prompt event, so a session's start carries what is said."""

from router.hosts import snake
from router.hosts.host import Entry, Host

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
    write=snake.answer,
    tool_form="{server}___{tool}",
    says_context=frozenset({"prompt", "session_start"}),
    blocks=frozenset({"prompt", "before_tool"}),
    needed=frozenset({"read", "grep", "glob", "ls", "todowrite", "askuser", "skill", "exitspecmode"}),
)
