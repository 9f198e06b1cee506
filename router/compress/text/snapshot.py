"""Accessibility snapshots as Playwright prints them: lines to nodes.

Format: https://playwright.dev/docs/aria-snapshots, with the `[ref=…]`, `[cursor=pointer]`, `<changed>` and
state marks that its MCP server adds.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

INTERACTIVE = frozenset(
    [
        "button",
        "checkbox",
        "combobox",
        "link",
        "listbox",
        "menuitem",
        "menuitemcheckbox",
        "menuitemradio",
        "option",
        "radio",
        "scrollbar",
        "searchbox",
        "slider",
        "spinbutton",
        "switch",
        "tab",
        "textbox",
        "treeitem",
    ]
)
"""ARIA's widget roles that a person acts on (https://www.w3.org/TR/wai-aria-1.2/#widget_roles)."""

_POINTER = ("cursor", "pointer")
_CHANGED = "<changed> "
_UNCHANGED = " [unchanged]"
_DECORATION = frozenset({"cursor", "level", "ref"})
_LONGEST_ROLE = 40


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a snapshot. `name` keeps the escapes it was printed with; `value` is decoded, on one line.

    `ref` is what the element is acted on by, empty when it has none; `interactive` whether a person acts on it.
    """

    indent: int
    role: str
    name: str
    marks: tuple[tuple[str, str], ...]
    value: str
    changed: bool
    ref: str
    interactive: bool

    @property
    def level(self) -> int:
        """A heading's level, 0 when it says none."""
        text = next((value for key, value in self.marks if key == "level"), "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0

    @property
    def states(self) -> tuple[str, ...]:
        """Marks that say a state: `checked`, `disabled`, `expanded=true` …"""
        return tuple(
            f"{key}={value}" if value else key for key, value in self.marks if key not in _DECORATION
        )

    @property
    def state_list(self) -> str:
        """The states in brackets, as they are printed; empty when there are none."""
        return f"[{', '.join(self.states)}]" if self.states else ""


def parse_line(line: str) -> Node | None:
    """The node a line states, or None when it states none."""
    body = line.lstrip(" ")
    if not body.startswith("- "):
        return None
    indent = len(line) - len(body)
    body = body[2:].rstrip()
    if body.startswith("ref=") and body.endswith(_UNCHANGED):
        return Node(indent, "text", "", (), f"{body[4 : -len(_UNCHANGED)]} unchanged", False, "", False)
    key, rest = _quoted_key(body) if body.startswith("'") else (body, None)
    changed = key.startswith(_CHANGED)
    key = key.removeprefix(_CHANGED)
    role_end = _role_end(key)
    if not role_end:
        return None
    name, at = _name(key, role_end)
    marks, at = _marks(key, at)
    tail = key[at:] if rest is None else key[at:] or rest
    if tail and not tail.startswith(":"):
        return None
    role, ref = key[:role_end], next((value for key, value in marks if key == "ref"), "")
    acts = role in INTERACTIVE or _acts(marks, indent)
    return Node(indent, role, name, marks, _value(tail[1:].strip()), changed, ref, acts)


def _acts(marks: tuple[tuple[str, str], ...], indent: int) -> bool:
    """Whether marks say that a person acts on an element: the pointer, or a state that only such elements have.

    The root of a page is `active` whenever nothing has the focus, which says nothing.
    """
    return any(
        (key == "cursor" and value == "pointer")
        or (key not in _DECORATION and (key != "active" or indent > 0))
        for key, value in marks
    )


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
    start = 1 if key.startswith("/") else 0
    ends = [end for end in (key.find(" ", 0, _LONGEST_ROLE), key.find(":", 0, _LONGEST_ROLE)) if end >= 0]
    end = min(ends, default=len(key))
    word = key[start:end].replace("-", "a") if end <= _LONGEST_ROLE else ""
    return end if word.isascii() and word.isalpha() else 0


def _name(key: str, at: int) -> tuple[str, int]:
    """The name in double quotes after the role, and where it ends."""
    if not key.startswith(' "', at):
        return "", at
    end = at + 2
    while (end := key.find('"', end)) >= 0:
        before = end
        while before > at + 2 and key[before - 1] == "\\":
            before -= 1
        if (end - before) % 2 == 0:
            return key[at + 2 : end], end + 1
        end += 1
    return "", at


def _marks(key: str, at: int) -> tuple[tuple[tuple[str, str], ...], int]:
    """The marks in brackets, and where they end."""
    marks = []
    while key.startswith(" [", at) and (end := key.find("]", at)) >= 0:
        name, _, value = key[at + 2 : end].partition("=")
        marks.append((name, value))
        at = end + 1
    return tuple(marks), at


def _value(text: str) -> str:
    """A YAML scalar as one line of text."""
    if not text:
        return ""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        try:
            text = str(json.loads(text, strict=False))
        except ValueError:
            text = text[1:-1]
    elif len(text) >= 2 and text[0] == text[-1] == "'":
        text = text[1:-1].replace("''", "'")
    return " ".join(text.split())


def own_pointers(nodes: Sequence[Node]) -> list[Node]:
    """The nodes, where a wrapper whose pointer is only that of the button or link around it is no element of its own.

    Some versions print the pointer on everything inside; acting on a part acts on the whole.
    """
    found: list[Node] = []
    around: list[tuple[int, bool]] = []
    for node in nodes:
        while around and around[-1][0] >= node.indent:
            around.pop()
        inside = bool(around) and around[-1][1]
        if inside and node.interactive and node.role not in INTERACTIVE and not node.states:
            node = replace(node, interactive=False)
        found.append(node)
        around.append((node.indent, inside or (node.role in INTERACTIVE and _POINTER in node.marks)))
    return found
