"""Our entries taken out of JSON with comments; what a person wrote around them stays as it is."""

import re
from typing import Any

from router.hosts.install.edit import Change
from router.hosts.install.edit_json import same
from router.hosts.install.jsonc import Entry, Node, parse, skip_blank

_LEAD = re.compile(r"(?:\r?\n)?[ \t]*$")


def take(text: str, change: Change) -> str:
    """The text without what the change put there.

    Where our text stands word for word it is put back to what was there before; otherwise the entry is looked up
    by its path and cut out. Raises `RefusedError` when the text cannot be read.
    """
    if skip_blank(text, 0) == len(text):
        return text
    found = locate(text, change)
    if found is None:
        return _prune(text, change, change.made)
    whole = _word_for_word(text, change, found[-1][1])
    if whole is not None:
        return whole
    parent, entry = found[-1]
    if change.had is not None:
        return text[: entry.node.start] + change.had + text[entry.end :]
    return _prune(cut(text, parent, entry), change, change.made)


def locate(text: str, change: Change) -> list[tuple[Node, Entry]] | None:
    """Containers and entries from the root down to our entry; None when it is not there."""
    node = parse(text, json5=change.kind == "json5")
    steps: list[tuple[Node, Entry]] = []
    for key in change.path:
        entry = node.find(key) if isinstance(node.value, dict) else None
        if entry is None:
            return None
        steps.append((node, entry))
        node = entry.node
    if change.how == "add":
        element = _element(node, change)
        return [*steps, element] if element else None
    if change.had is None or same(node.value, change.value):
        return steps
    return None


def _element(node: Node, change: Change) -> tuple[Node, Entry] | None:
    """Our element of a list: the same value, or one that bears our mark; inside a group only our own handlers."""
    items = node.children if isinstance(node.value, list) else ()
    for entry in items:
        if same(entry.node.value, change.value):
            return node, entry
    for entry in items:
        if not change.mark or change.mark not in strings(entry.node.value):
            continue
        inner = entry.node.find("hooks") if isinstance(entry.node.value, dict) else None
        if inner is not None:
            ours = [one for one in inner.node.children if change.mark in strings(one.node.value)]
            if len(ours) < len(inner.node.children) and ours:
                return inner.node, ours[0]
        return node, entry
    return None


def strings(value: Any) -> str:
    """All texts inside a value, one a line."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "\n".join(strings(item) for item in value.values())
    return "\n".join(strings(item) for item in value) if isinstance(value, list) else ""


def _word_for_word(text: str, change: Change, entry: Entry) -> str | None:
    """The text with `new` made `old` again where it encloses our entry; None when it does not."""
    at = text.find(change.new)
    while at >= 0:
        if at <= entry.start and entry.end <= at + len(change.new):
            result = text[:at] + change.old + text[at + len(change.new) :]
            return result if _readable(result, change) else None
        at = text.find(change.new, at + 1)
    return None


def _readable(text: str, change: Change) -> bool:
    from router.hosts.install.refused import RefusedError

    if skip_blank(text, 0) == len(text):
        return True
    try:
        parse(text, json5=change.kind == "json5")
    except RefusedError:
        return False
    return True


def cut(text: str, parent: Node, entry: Entry) -> str:
    """The text without one entry of an object or array, its comma and the white space in front of it."""
    at = parent.children.index(entry)
    found = _LEAD.search(text, 0, entry.start)
    start = max(found.start() if found else entry.start, parent.start + 1)
    after = skip_blank(text, entry.end)
    if text[after : after + 1] == ",":
        return text[:start] + text[entry.end : after] + text[after + 1 :]
    if at == 0:
        rest = text[entry.end : parent.end - 1]
        return text[:start] + (rest if rest.strip() else "") + text[parent.end - 1 :]
    comma = skip_blank(text, parent.children[at - 1].end)
    return text[:comma] + text[comma + 1 : start] + text[entry.end :]


def _prune(text: str, change: Change, made: int) -> str:
    """The text without the containers that the change made, as far as they are empty."""
    path = list(change.path)
    if change.how != "add":
        path = path[:-1]
    while made > 0 and path:
        node = parse(text, json5=change.kind == "json5")
        steps: list[tuple[Node, Entry]] = []
        for key in path:
            entry = node.find(key) if isinstance(node.value, dict) else None
            if entry is None:
                break
            steps.append((node, entry))
            node = entry.node
        if len(steps) == len(path):
            inner = text[node.start + 1 : node.end - 1]
            if node.children or inner.strip():
                return text
            text = cut(text, *steps[-1])
        path.pop()
        made -= 1
    return text
