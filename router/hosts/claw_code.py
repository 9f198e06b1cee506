"""claw-code: tool events in Claude's shape, and none for prompts."""

from router.hosts import snake
from router.hosts.host import Entry, Host

HOST = Host(
    name="claw-code",
    title="claw-code",
    entries=(Entry("PreToolUse", "before_tool"), Entry("PostToolUse", "after_tool")),
    read=snake.read,
    write=lambda event, verdict: snake.answer(event, verdict, message=False),
    blocks=frozenset({"before_tool"}),
    needed=frozenset({"read", "grep", "glob", "read_file", "glob_search", "grep_search", "todowrite", "skill"}),
)
