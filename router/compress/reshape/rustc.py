"""Diagnostics of rustc and its kin: headline, place and label on one line; warnings with one message joined."""

import re
from collections.abc import Sequence

_HEAD = re.compile(r"^(error|warning)(\[\w+\])?: .+")
_PLACE = re.compile(r"^\s*--> (\S+:\d+:\d+)$")
_LABEL = re.compile(r"^\s*(?:\d+ )?\s*\|\s+[|_ ]*[\^~-]+ ?(.*)$")
_FRAME = re.compile(r"^\s*(\d+ *)?\||^\s*\.\.\.$|^\d+ +\|")
_NOTE = re.compile(r"^\s*= (note|help|warning): (.*)$")
_TIP = re.compile(r"^(help|note): .+")


def reshape(lines: Sequence[str]) -> list[str]:
    """Each diagnostic's headline with its places, then what its labels, notes and suggestions say."""
    out: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    at = 0
    while at < len(lines):
        if _HEAD.match(lines[at]) and at + 1 < len(lines) and _PLACE.match(lines[at + 1]):
            end = _end(lines, at + 1)
            _diagnostic(lines[at:end], out, seen)
            at = end
        else:
            out.append(lines[at])
            at += 1
    return out


def _end(lines: Sequence[str], at: int) -> int:
    """Where the diagnostic ends: at a blank line that no further part follows."""
    while at < len(lines):
        line = lines[at]
        if not line.strip() and not (at + 1 < len(lines) and _TIP.match(lines[at + 1])):
            return at + 1
        if line.strip() and not (_PLACE.match(line) or _FRAME.match(line) or _NOTE.match(line) or _TIP.match(line) or line[0].isspace()):
            return at
        at += 1
    return at


def _diagnostic(block: Sequence[str], out: list[str], seen: dict[tuple[str, ...], int]) -> None:
    place = _PLACE.match(block[1])
    assert place is not None
    details: list[str] = []
    for line in block[2:]:
        detail = _detail(line)
        if detail and detail not in details and detail not in block[0]:
            details.append(detail)
    key = (block[0], *details)
    if key in seen:
        out[seen[key]] += f"  {place[1]}"
        return
    seen[key] = len(out)
    out.append(f"{block[0]}  {place[1]}")
    out += [f" {detail}" for detail in details]


def _detail(line: str) -> str:
    if place := _PLACE.match(line):
        return place[1]
    if note := _NOTE.match(line):
        return "" if "on by default" in line or "RUST_BACKTRACE" in line else f"{note[1]}: {note[2]}"
    if label := _LABEL.match(line):
        return label[1].strip()
    if re.match(r"^\s*(\d+ )?\s*[+~] \S", line) or _TIP.match(line):
        return line.strip()
    return ""
