"""What of a prompt counts: the user's own words, a bounded head and tail of them."""

HEAD_CHARS = 3000
TAIL_CHARS = 1000
MAX_BLOCKS = 64

HOST_TAGS = (
    "system-reminder", "local-command-stdout", "local-command-stderr", "local-command-caveat", "command-name",
    "command-message", "bash-stdout", "bash-stderr", "user-prompt-submit-hook", "ide_opened_file", "ide_selection",
    "ide_diagnostics", "environment_context", "environment_details", "user_instructions", "user_info",
    "open_and_recently_viewed_files", "git_status", "task-notification", "system_instruction", "tool_result",
    "function_results", "additional_data",
)  # fmt: skip
"""Elements that hosts put into the user's turn and the user never typed."""

_BLOCKS = tuple((f"<{tag}", f"</{tag}>") for tag in HOST_TAGS)


def without_host_blocks(text: str) -> str:
    """The text without the elements hosts add; one that never closes is kept, for it may be the user's own."""
    if "</" not in text:
        return text
    for start, end in _BLOCKS:
        if end in text:
            text = _without(text, start, end)
    return text


def _without(text: str, start: str, end: str) -> str:
    """At most MAX_BLOCKS elements are cut out, so that the time stays linear in the text."""
    kept, at = [], 0
    for _ in range(MAX_BLOCKS):
        opened = text.find(start, at)
        closed = text.find(end, opened) if opened >= 0 else -1
        if closed < 0:
            break
        kept.append(text[at:opened])
        at = closed + len(end)
    kept.append(text[at:])
    return "".join(kept)


def clipped(text: str) -> str:
    """The first HEAD_CHARS and the last TAIL_CHARS characters: the request stands at one of the ends."""
    if len(text) <= HEAD_CHARS + TAIL_CHARS:
        return text
    return text[:HEAD_CHARS] + "\n" + text[-TAIL_CHARS:]
