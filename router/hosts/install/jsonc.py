"""JSON with comments and trailing commas, read with the place of every value."""

import json
import re
from dataclasses import dataclass
from typing import Any

from router.hosts.install.refused import RefusedError

MAX_DEPTH = 200
_BLANK = re.compile(r"(?:[ \t\r\n\ufeff]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_SINGLE = re.compile(r"'(?:[^'\\\r\n]|\\.)*'")
_WORD = re.compile(r"-?[0-9][0-9.eE+-]*|true\b|false\b|null\b")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the span it takes; `children` are the nodes of an object's or array's entries, in order."""

    start: int
    end: int
    value: Any
    children: tuple["Entry", ...] = ()

    def find(self, key: str) -> "Entry | None":
        """The member that counts under `key`: of several the last, as JSON readers take it."""
        return next((entry for entry in reversed(self.children) if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """An object's member or an array's element (`key` is None); `start` is where the key or the element begins."""

    key: str | None
    start: int
    node: Node

    @property
    def end(self) -> int:
        """Where its value ends."""
        return self.node.end


def skip_blank(text: str, at: int) -> int:
    """The first place at or after `at` that is neither white space nor comment."""
    found = _BLANK.match(text, at)
    return found.end() if found else at


def parse(text: str, *, json5: bool = False) -> Node:
    """The whole text as one node; raises `RefusedError` with line and column where it is not JSON with comments."""
    reader = _Reader(text, json5)
    node = reader.value(skip_blank(text, 0), 0)
    rest = skip_blank(text, node.end)
    if rest != len(text):
        raise reader.fault(rest)
    return node


class _Reader:
    def __init__(self, text: str, json5: bool) -> None:
        self.text = text
        self.json5 = json5

    def fault(self, at: int) -> RefusedError:
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        found = f"`{self.text[at]}`" if at < len(self.text) else "the end of the file"
        return RefusedError(f"line {line}, column {column}: {found} is not expected here")

    def value(self, at: int, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise RefusedError(f"values are nested more than {MAX_DEPTH} deep")
        sign = self.text[at : at + 1]
        if sign == "{":
            return self._container(at, depth, "}")
        if sign == "[":
            return self._container(at, depth, "]")
        if sign == '"' or (sign == "'" and self.json5):
            return self._string(at)
        found = _WORD.match(self.text, at)
        if not found:
            raise self.fault(at)
        try:
            return Node(at, found.end(), json.loads(found.group()))
        except ValueError:
            raise self.fault(at) from None

    def _string(self, at: int) -> Node:
        found = _STRING.match(self.text, at)
        if found:
            return Node(at, found.end(), json.loads(found.group()))
        single = _SINGLE.match(self.text, at) if self.json5 else None
        if not single:
            raise self.fault(at)
        return Node(at, single.end(), re.sub(r"\\(.)", r"\1", single.group()[1:-1]))

    def _key(self, at: int) -> Node:
        if self.text[at : at + 1] in ('"', "'"):
            return self._string(at)
        found = _NAME.match(self.text, at) if self.json5 else None
        if not found:
            raise self.fault(at)
        return Node(at, found.end(), found.group())

    def _container(self, start: int, depth: int, close: str) -> Node:
        entries: list[Entry] = []
        at = skip_blank(self.text, start + 1)
        while self.text[at : at + 1] != close:
            entry = self._entry(at, depth, close)
            entries.append(entry)
            at = skip_blank(self.text, entry.end)
            if self.text[at : at + 1] == ",":
                at = skip_blank(self.text, at + 1)
            elif self.text[at : at + 1] != close:
                raise self.fault(at)
        value: Any = (
            {entry.key: entry.node.value for entry in entries}
            if close == "}"
            else [entry.node.value for entry in entries]
        )
        return Node(start, at + 1, value, tuple(entries))

    def _entry(self, at: int, depth: int, close: str) -> Entry:
        if close == "]":
            return Entry(None, at, self.value(at, depth + 1))
        key = self._key(at)
        colon = skip_blank(self.text, key.end)
        if self.text[colon : colon + 1] != ":":
            raise self.fault(colon)
        return Entry(key.value, at, self.value(skip_blank(self.text, colon + 1), depth + 1))
