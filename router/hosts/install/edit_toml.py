"""A table, or a value at the top, put into TOML and taken out again; everything else keeps its bytes."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from router.hosts.install.edit import Change, Edit, newline_of
from router.hosts.install.refused import RefusedError

_HEADER = re.compile(r"^[ \t]*\[\[?[^\r\n]*", re.MULTILINE)


def put(text: str, edit: Edit) -> tuple[str, Change | None]:
    """The text with the table in it and the change made; None when it stands there already."""
    before = read(text)
    there = _at(before, edit.path)
    if there == edit.value or (there is not None and edit.how == "offer"):
        return text, None
    if not isinstance(edit.value, Mapping):
        return _put_line(text, edit)
    nl = newline_of(text)
    block = nl.join(_table(edit.path, edit.value)) + nl
    if there is None:
        gap = "" if not text.strip("\ufeff") else nl if text.endswith("\n") else nl + nl
        start, old, new, had = len(text), "", gap + block, None
    else:
        start, stop = next(iter(_blocks(text, edit.path)), (len(text), len(text)))
        old = text[start:stop]
        new, had = block, old
    changed = text[:start] + new + text[start + len(old) :]
    if _at(_read_or_none(changed), edit.path) != edit.value:
        raise RefusedError(f"`{'.'.join(edit.path)}` is written in a form that cannot be changed safely")
    return changed, Change("toml", edit.path, edit.how, edit.value, old, new, 0, had)


def take(text: str, change: Change) -> str:
    """The text without what the change put there; raises `RefusedError` when the text cannot be read."""
    if _at(read(text), change.path) is None:
        return text
    if not isinstance(change.value, Mapping):
        return _take_line(text, change)
    if text.count(change.new) == 1:
        result = text.replace(change.new, change.old)
        if _read_or_none(result) is not None:
            return result
    current = _at(read(text), change.path)
    for start, stop in _blocks(text, change.path):
        result = _before(text[:start], text[stop:], change) + (change.had or "") + text[stop:]
        left = _read_or_none(result)
        if left is not None and _at(left, change.path) != current:
            return result
    raise RefusedError(f"`{'.'.join(change.path)}` cannot be taken out safely")


def _before(text: str, after: str, change: Change) -> str:
    """What stands before a table of ours, without the blank line that was put between, where it still is there."""
    gap = change.new[: len(change.new) - len(change.new.lstrip("\r\n"))]
    left = text.removesuffix(gap)
    return left if left.endswith("\n") or not left or not after else text


def _put_line(text: str, edit: Edit) -> tuple[str, Change]:
    """A value at the top of the document goes before everything else, where no table has begun."""
    if len(edit.path) != 1 or _at(read(text), edit.path) is not None:
        raise RefusedError(f"`{'.'.join(edit.path)}` cannot be changed safely")
    start = len(text) - len(text.removeprefix("\ufeff"))
    line = f"{_key(edit.path[0])} = {_value(edit.value)}{newline_of(text)}"
    return text[:start] + line + text[start:], Change("toml", edit.path, edit.how, edit.value, "", line)


def _take_line(text: str, change: Change) -> str:
    """The text without the value's line; another value than ours is the person's, and stays."""
    if _at(read(text), change.path) != change.value:
        return text
    key = re.escape(_key(change.path[0]))
    for found in re.finditer(rf"^(\ufeff?)[ \t]*{key}[ \t]*=[^\r\n]*(?:\r?\n|\Z)", text, re.MULTILINE):
        result = text[: found.end(1)] + text[found.end() :]
        left = _read_or_none(result)
        if left is not None and _at(left, change.path) is None:
            return result
    raise RefusedError(f"`{'.'.join(change.path)}` cannot be taken out safely")


def read(text: str) -> dict[str, Any]:
    """The document as plain data; raises `RefusedError` with the reader's reason."""
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as fault:
        raise RefusedError(f"it is not TOML: {fault}") from None


def _read_or_none(text: str) -> dict[str, Any] | None:
    try:
        return read(text)
    except RefusedError:
        return None


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name)


def _table(path: tuple[str, ...], value: Mapping[str, Any]) -> list[str]:
    """The lines of a table, its inner tables after it."""
    lines = [f"[{'.'.join(_key(name) for name in path)}]"]
    lines += [f"{_key(k)} = {_value(v)}" for k, v in value.items() if not isinstance(v, Mapping)]
    for key, inner in value.items():
        if isinstance(inner, Mapping):
            lines += ["", *_table((*path, key), inner)]
    return lines


def _value(value: Any) -> str:
    # JSON's strings, numbers, booleans and lists of them are TOML too, as long as nothing beyond ASCII is escaped in pairs.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _blocks(text: str, path: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Every span from a header of the table to the next header that is not below it.

    A line of a long string may look like a header, so the reader of the result has the last word.
    """
    headers = [
        (found.start(), _header_path(found.group())[: len(path)] == path) for found in _HEADER.finditer(text)
    ]
    for at, (start, below) in enumerate(headers):
        if below:
            yield start, next((stop for stop, more in headers[at + 1 :] if not more), len(text))


def _header_path(line: str) -> tuple[str, ...]:
    inner = _read_or_none(line.strip() + "\n") or {}
    path: list[str] = []
    value: Any = inner
    while isinstance(value, Mapping) and len(value) == 1:
        ((key, value),) = value.items()
        path.append(key)
    return tuple(path)
