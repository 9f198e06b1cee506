"""Keys and values as YAML text in one canonical form."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from router.policy.nodes import Comment

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*")
_NOT_TEXT = frozenset({"true", "false", "null"})


class Line(NamedTuple):
    """One value with its path of one or two keys; `place` is the line it comes from, for the comments around it."""

    path: tuple[str, ...]
    value: Any
    place: int


def write_yaml(lines: Iterable[Line], comments: Iterable[Comment]) -> str:
    """The text: maps of one key stand together where the first stood, a comment before the value it stood before or at."""
    grouped: dict[str, list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.path[0], []).append(line)
    waiting = list(comments)
    written: list[str] = []
    for key, group in grouped.items():
        nested = len(group[0].path) > 1
        if nested:
            written += _due(waiting, group[0].place, "")
            written.append(f"{key}:")
        indent = "  " if nested else ""
        for line in group:
            written += _due(waiting, line.place, indent)
            written.append(f"{indent}{line.path[-1]}: {value_text(line.value)}")
    written += _due(waiting, None, "")
    return "".join(f"{line}\n" for line in written)


def _due(waiting: list[Comment], place: int | None, indent: str) -> Iterator[str]:
    while waiting and (place is None or waiting[0].span.line <= place):
        text = waiting.pop(0).text
        yield f"{indent}# {text}" if text else f"{indent}#"


def value_text(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {value_text(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(value_text(item) for item in value)}]"
    if isinstance(value, float | int):
        return f"{value:.2f}" if round(value, 2) == value else f"{value:.4f}".rstrip("0")
    text = str(value)
    return (
        text
        if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT
        else json.dumps(text, ensure_ascii=False)
    )
