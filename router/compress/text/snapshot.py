"""Accessibility snapshots as Playwright prints them: lines to nodes.

Format: https://playwright.dev/docs/aria-snapshots, with the `[ref=…]`, `[cursor=pointer]`, `<changed>` and
state marks that its MCP server adds.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple


def words(*texts: str) -> frozenset[str]:
    """The words of some texts."""
    return frozenset(word for text in texts for word in text.split())


INTERACTIVE = words(
    "button checkbox combobox link listbox menuitem menuitemcheckbox menuitemradio option radio scrollbar",
    "searchbox slider spinbutton switch tab textbox treeitem",
)
"""ARIA's widget roles that a person acts on (https://www.w3.org/TR/wai-aria-1.2/#widget_roles)."""

_USUAL = INTERACTIVE | words(
    "generic row cell listitem list paragraph img rowgroup table group region navigation"
)
_POINTER = " [cursor=pointer]"
_CHANGED = "<changed> "
_UNCHANGED = " [unchanged]"
_LONGEST_ROLE = 40


class Node(NamedTuple):
    """One line of a snapshot. `name` keeps the escapes it was printed with; `value` is decoded, on one line.

    `ref` is what the element is acted on by, empty when it has none; `states` are such as `[checked, active]`;
    `pointer` is whether the pointer shows that it can be acted on, `acts` whether a person acts on it.
    """

    indent: int
    role: str
    name: str = ""
    value: str = ""
    ref: str = ""
    states: str = ""
    level: int = 0
    pointer: bool = False
    acts: bool = False
    changed: bool = False


def parse_line(line: str) -> Node | None:
    """The node a line states, or None when it states none."""
    body = line.lstrip(" ")
    if not body.startswith("- "):
        return None
    indent = len(line) - len(body)
    return _usual(indent, body) or parse_any(indent, body)


def _usual(indent: int, body: str) -> Node | None:
    """The node of a line in the form that most have: role, perhaps a plain name, reference, perhaps the pointer.

    None for any other line; it only spares time, and `parse_any` says the same.
    """
    head, mark, tail = body.partition(" [ref=")
    if not mark:
        if body.startswith(("- text: ", "- /url: ")):
            return Node(indent, body[2:6], value=_value(body[8:].strip()))
        return None
    role, quote, rest = head[2:].partition(' "')
    name = rest[:-1]
    if role not in _USUAL or (quote and (rest[-1:] != '"' or '"' in name or "\\" in name)):
        return None
    ref, bracket, more = tail.partition("]")
    pointer = more.startswith(_POINTER)
    if pointer:
        more = more[len(_POINTER) :]
    value = _value(more[2:].strip()) if more.startswith(": ") else ""
    if not bracket or (more.rstrip() not in ("", ":") and not value):
        return None
    return Node(indent, role, name, value, ref, "", 0, pointer, pointer or role in INTERACTIVE)


def parse_any(indent: int, body: str) -> Node | None:
    """The node of a line that begins with `- ` after its indentation, in whatever form."""
    body = body[2:].rstrip()
    if body.startswith("ref=") and body.endswith(_UNCHANGED):
        return Node(indent, "text", value=f"{body[4 : -len(_UNCHANGED)]} unchanged")
    key, rest = _quoted_key(body) if body.startswith("'") else (body, "")
    changed = key.startswith(_CHANGED)
    if changed:
        key = key[len(_CHANGED) :]
    at = role_end = _role_end(key)
    if not role_end:
        return None
    name = ""
    if key.startswith(' "', at):
        name, at = _name(key, at)
    ref, states, level, pointer, at = _marks(key, at)
    tail = key[at:] or rest
    if tail and not tail.startswith(":"):
        return None
    role = key[:role_end]
    # The root of a page is `active` whenever nothing has the focus, which says nothing.
    acts = role in INTERACTIVE or pointer or (states != "" and (indent > 0 or states != "[active]"))
    return Node(indent, role, name, _value(tail[1:].strip()), ref, states, level, pointer, acts, changed)


def _quoted_key(body: str) -> tuple[str, str]:
    """A key in YAML's single quotes, and what follows it."""
    at = 1
    while (end := body.find("'", at)) >= 0:
        if not body.startswith("''", end):
            return body[1:end].replace("''", "'"), body[end + 1 :]
        at = end + 2
    return body, ""


def _role_end(key: str) -> int:
    """Where the role (or the property, `/url`) ends; 0 when the key begins with none."""
    space, colon = key.find(" ", 0, _LONGEST_ROLE), key.find(":", 0, _LONGEST_ROLE)
    end = space if colon < 0 or 0 <= space < colon else colon
    if end < 0:
        end = len(key)
    word = key[1 if key.startswith("/") else 0 : end] if end <= _LONGEST_ROLE else ""
    return end if word.isascii() and word.replace("-", "a").isalpha() else 0


def _name(key: str, at: int) -> tuple[str, int]:
    """The name in double quotes after the role, and where it ends."""
    end = at + 2
    while (end := key.find('"', end)) >= 0:
        before = end
        while before > at + 2 and key[before - 1] == "\\":
            before -= 1
        if (end - before) % 2 == 0:
            return key[at + 2 : end], end + 1
        end += 1
    return "", at


def _marks(key: str, at: int) -> tuple[str, str, int, bool, int]:
    """Reference, states, level and pointer from the marks in brackets, and where those end."""
    ref, level, pointer = "", 0, False
    states = []
    while key.startswith(" [", at) and (end := key.find("]", at)) >= 0:
        mark = key[at + 2 : end]
        if mark.startswith("ref="):
            ref = mark[4:]
        elif mark.startswith("cursor="):
            pointer = mark == "cursor=pointer"
        elif mark.startswith("level="):
            level = int(mark[6:]) if mark[6:].isascii() and mark[6:].isdigit() and len(mark) < 9 else 0
        else:
            states.append(mark)
        at = end + 1
    return ref, f"[{', '.join(states)}]" if states else "", level, pointer, at


def _value(text: str) -> str:
    """A YAML scalar as one line of text."""
    if not text:
        return ""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = _unescaped(text) if "\\" in text else text[1:-1]
    elif len(text) >= 2 and text[0] == text[-1] == "'":
        text = text[1:-1].replace("''", "'")
    return " ".join(text.split())


def _unescaped(quoted: str) -> str:
    """A scalar in double quotes without them; its escapes are those of JSON, and half a surrogate pair is none."""
    try:
        return str(json.loads(quoted, strict=False)).encode("utf-8", "replace").decode("utf-8")
    except ValueError:
        return quoted[1:-1]


def own_pointers(nodes: Sequence[Node]) -> list[Node]:
    """The nodes, where a wrapper whose pointer is only that of the button or link around it is no element of its own.

    Some versions print the pointer on everything inside; acting on a part acts on the whole.
    """
    found: list[Node] = []
    around: list[int] = []
    for node in nodes:
        while around and around[-1] >= node.indent:
            around.pop()
        if node.pointer:
            if around and node.role not in INTERACTIVE and not node.states:
                node = node._replace(acts=False)
            elif node.role in INTERACTIVE:
                around.append(node.indent)
        found.append(node)
    return found
