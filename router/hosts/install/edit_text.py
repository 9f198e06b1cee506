"""A marked block in a text that people write too, such as a file of instructions."""

from router.hosts.install.edit import Change, Edit, newline_of
from router.hosts.install.refused import RefusedError

BEGIN = "<!-- llm-router: begin -->"
END = "<!-- llm-router: end -->"


def put(text: str, edit: Edit) -> tuple[str, Change | None]:
    """The text with the block at its end; an edit without a path is a whole file, which must be ours alone."""
    nl = newline_of(text)
    body = edit.value.replace("\n", nl)
    if not edit.path:
        if text == body:
            return text, None
        if text:
            raise RefusedError("there is a file of that name that is not ours")
        return body, Change("text", (), edit.how, edit.value, "", body, 1)
    block = f"{BEGIN}{nl}{body.rstrip()}{nl}{END}{nl}"
    span = _span(text)
    if span is None:
        gap = "" if not text.strip("\ufeff") else nl if text.endswith("\n") else nl + nl
        return text + gap + block, Change("text", edit.path, edit.how, edit.value, "", gap + block)
    old = text[span[0] : span[1]]
    if old == block:
        return text, None
    changed = text[: span[0]] + block + text[span[1] :]
    # What stood between our marks was ours, so that undoing leaves nothing of it.
    return changed, Change("text", edit.path, edit.how, edit.value, "", block)


def take(text: str, change: Change) -> str:
    """The text without our block; a whole file that a person has changed stays."""
    if text.count(change.new) == 1:
        return text.replace(change.new, change.old)
    span = _span(text) if change.path else None
    return text if span is None else text[: span[0]] + text[span[1] :]


def _span(text: str) -> tuple[int, int] | None:
    start, stop = text.find(BEGIN), text.find(END)
    if start < 0 or stop < start:
        return None
    stop += len(END)
    for ending in ("\r\n", "\n"):
        if text.startswith(ending, stop):
            return start, stop + len(ending)
    return start, stop
