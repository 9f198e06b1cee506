"""Diagnostics of rustc, ruff and their kin: a headline, `--> place`, a code frame; equal ones joined with all their places."""

import re
from collections.abc import Sequence

from router.compress.reshape.findings import Kind, kind_of
from router.compress.reshape.reshaped import Reshaped, plain

_PLACE = re.compile(r"^\s*--> (\S+):(\d+:\d+)$")
_HEAD = re.compile(r"^\S.*\S$")
_COMPILER = re.compile(r"^(error|warning|note|help)(\[\w+\])?: ")
_LABEL = re.compile(r"^\s*(?:\d+ )?\s*\|[\s|_]*[\^~-]+ ?(.*)$")
_FRAME = re.compile(r"^\s*(\d+ *)?[|+~-]|^\s*\.\.\.$|^ *\d+ +[|+~-]")
_NOTE = re.compile(r"^\s*= (note|help|warning): (.*)$")
_TIP = re.compile(r"^(help|note): .+")
_CHANGE = re.compile(r"^\s*\d+ [+~] \s*\S")
_STANDING = re.compile(
    r"on by default|RUST_BACKTRACE|^see issue|for further information visit|requested on the command line"
)


def reshape(lines: Sequence[str]) -> Reshaped:
    """Each diagnostic's headline with its places, then what its labels, notes and suggestions say."""
    if not any("--> " in line for line in lines):
        return Reshaped(list(lines))
    out: list[str | Kind] = []
    quoted: set[str] = set()
    kinds: dict[tuple[str, ...], Kind] = {}
    at = 0
    while at < len(lines):
        place = _PLACE.match(lines[at + 1]) if at + 1 < len(lines) and _HEAD.match(lines[at]) else None
        if place is None:
            out.append(lines[at])
            at += 1
            continue
        end = _end(lines, at + 2)
        details = _details(lines[at], lines[at + 2 : end])
        quoted.update(plain(line) for line in lines[at + 2 : end] if not _detail(line, True))
        mild = lines[at].startswith("warning")
        key = kind_of(lines[at], details) if mild else (lines[at], *details)
        if key not in kinds:
            kinds[key] = Kind()
            out.append(kinds[key])
        kinds[key].add(lines[at], details, place[1], place[2])
        at = end
    return Reshaped(
        [line for item in out for line in (item.lines() if isinstance(item, Kind) else [item])], quoted=quoted
    )


def _end(lines: Sequence[str], at: int) -> int:
    """Where the diagnostic ends: at a blank line after which no tip follows, or at a line of another kind."""
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            if not (at + 1 < len(lines) and _TIP.match(lines[at + 1])):
                return at + 1
        elif not (_FRAME.match(line) or _NOTE.match(line) or _TIP.match(line) or line[0].isspace()) or (
            at + 1 < len(lines) and _COMPILER.match(line) and not _TIP.match(line)
        ):
            return at
        at += 1
    return at


def _details(head: str, frame: Sequence[str]) -> tuple[str, ...]:
    details: dict[str, None] = {}
    for line in frame:
        detail = _detail(line, bool(_COMPILER.match(head)))
        if detail and detail not in head:
            details[detail] = None
    return tuple(details)


def _detail(line: str, suggestions: bool) -> str:
    if place := _PLACE.match(line):
        return "" if place[1].startswith("/") else f"{place[1]}:{place[2]}"
    if note := _NOTE.match(line):
        return (
            "" if _STANDING.search(note[2]) or note[2].endswith("defined here") else f"{note[1]}: {note[2]}"
        )
    if label := _LABEL.match(line):
        return label[1].strip(" ^~-|")
    if line.startswith("note: ") and line.endswith("defined here"):
        return ""
    if _TIP.match(line) or (suggestions and _CHANGE.match(line)):
        return line.strip()
    return ""
