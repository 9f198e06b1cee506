"""Entries put into JSON with comments, and taken out again, without touching anything else."""

import json
import re
from typing import Any

from router.hosts.install.edit import Change, Edit, newline_of
from router.hosts.install.jsonc import Entry, Node, parse, skip_blank
from router.hosts.install.refused import RefusedError

_SAME_LINE = re.compile(r"(?:[ \t]*(?://[^\r\n]*|/\*[^\r\n]*?\*/))+")


def put(text: str, edit: Edit) -> tuple[str, Change | None]:
    """The text with the entry in it and the change made; None when it stands there already."""
    json5 = edit.kind == "json5"
    if skip_blank(text, 0) == len(text):
        return _put_in_empty(text, edit)
    node = parse(text, json5=json5)
    _expect(node, dict, ())
    for depth, key in enumerate(edit.path):
        entry = node.find(key)
        if entry is None:
            return _grow(text, node, edit, depth)
        if depth == len(edit.path) - 1 and edit.how != "add":
            return _replace(text, entry, edit)
        _expect(entry.node, list if depth == len(edit.path) - 1 else dict, edit.path[: depth + 1])
        node = entry.node
    if any(same(item, edit.value) for item in node.value):
        return text, None
    return _insert(text, node, None, edit.value, edit, 0)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; `True` is not `1`."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _expect(node: Node, kind: type, path: tuple[str, ...]) -> None:
    if not isinstance(node.value, kind):
        where = f"`{'.'.join(path)}`" if path else "the whole"
        raise RefusedError(f"{where} should be {'an object' if kind is dict else 'a list'}")


def _put_in_empty(text: str, edit: Edit) -> tuple[str, Change | None]:
    """A file without a value: what it holds stays in front, such as a comment."""
    nl = newline_of(text)
    lead = "" if not text or text.endswith(("\n", "\ufeff")) else nl
    body = _lines(_nested(edit.path, edit), "", "  ", nl)
    new = f"{lead}{body}{nl}"
    return text + new, Change(
        edit.kind, edit.path, edit.how, edit.value, "", new, len(edit.path) + 1, None, edit.mark
    )


def _nested(path: tuple[str, ...], edit: Edit) -> Any:
    value = [edit.value] if edit.how == "add" else edit.value
    for key in reversed(path):
        value = {key: value}
    return value


def _grow(text: str, node: Node, edit: Edit, depth: int) -> tuple[str, Change]:
    made = len(edit.path) - depth - (0 if edit.how == "add" else 1)
    return _insert(text, node, edit.path[depth], _nested(edit.path[depth + 1 :], edit), edit, made)


def _replace(text: str, entry: Entry, edit: Edit) -> tuple[str, Change | None]:
    if edit.how == "offer" or same(entry.node.value, edit.value):
        return text, None
    had = text[entry.node.start : entry.node.end]
    nl = newline_of(text)
    body = (
        _lines(edit.value, _indent_at(text, entry.start), _unit(text), nl)
        if "\n" in text
        else _flat(edit.value)
    )
    old = text[entry.start : entry.node.end]
    new = text[entry.start : entry.node.start] + body
    changed = text[: entry.start] + new + text[entry.node.end :]
    return changed, Change(edit.kind, edit.path, edit.how, edit.value, old, new, 0, had, edit.mark)


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(value: Any, indent: str, unit: str, nl: str) -> str:
    lines = json.dumps(value, ensure_ascii=False, indent=unit).split("\n")
    return (nl + indent).join(lines)


def _indent_at(text: str, at: int) -> str:
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    found = re.match(r"[ \t]*", text[start:at])
    return found.group() if found else ""


def _unit(text: str) -> str:
    found = re.search(r"\n([ \t]+)\S", text)
    if not found:
        return "  "
    return "\t" if found.group(1)[0] == "\t" else found.group(1)


def _insert(text: str, node: Node, key: str | None, value: Any, edit: Edit, made: int) -> tuple[str, Change]:
    """The entry as the last of an object or array, in the style of what is there."""
    start, old, new = _place(text, node, key, value)
    change = Change(edit.kind, edit.path, edit.how, edit.value, old, new, made, None, edit.mark)
    return text[:start] + new + text[start + len(old) :], change


def _place(text: str, node: Node, key: str | None, value: Any) -> tuple[int, str, str]:
    nl, unit = newline_of(text), _unit(text)
    name = "" if key is None else f"{json.dumps(key, ensure_ascii=False)}: "
    outer = _indent_at(text, node.start)
    inner = text[node.start + 1 : node.end - 1]
    if not node.children:
        indent = outer + unit
        body = name + _lines(value, indent, unit, nl)
        if not inner.strip():
            return node.start + 1, inner, f"{nl}{indent}{body}{nl}{outer}"
        at = node.start + 1 + len(inner.rstrip())
        closed = "\n" in text[at : node.end]
        return at, "", f"{nl}{indent}{body}{'' if closed else nl + outer}"
    last = node.children[-1]
    comma = skip_blank(text, last.end)
    trailing = text[comma : comma + 1] == ","
    at = comma + 1 if trailing else last.end
    before, after = ("", ",") if trailing else (",", "")
    if "\n" not in inner:
        return at, "", f"{before} {name}{_flat(value)}{after}"
    indent = _indent_at(text, last.start)
    if not _is_line_start(text, last.start - len(indent)):
        indent = outer + unit
    note = _SAME_LINE.match(text, at)
    between = note.group() if note and note.end() < node.end else ""
    return at, between, f"{before}{between}{nl}{indent}{name}{_lines(value, indent, unit, nl)}{after}"


def _is_line_start(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] in "\r\n"
