"""Reporters that list each failed test and then report it in full: the list goes, the reports stay."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_LISTED = re.compile(r"^\s*(?:×|✗|✕|✖) (.+?)(?: \(?\d+(?:\.\d+)? ?m?s\)?)?$")
_REPORT = re.compile(r"^\s*(?:FAIL|●|✖) +(\S.*)$")
_REASON = re.compile(r"^\s+→ ")
_JOINTS = re.compile(r" [>›] ")


def reshape(lines: Sequence[str]) -> Reshaped:
    """The lines without listed failures that a report further down names."""
    last = _reports(lines)
    out: list[str] = []
    told: dict[str, str] = {}
    again = ""
    for at, line in enumerate(lines):
        if again and (reason := _REASON.match(line)):
            told[plain(line)] = line[reason.end() :]
            continue
        listed = _LISTED.match(line)
        report = last.get(_last_name(listed[1]), -1) if listed else -1
        again = lines[report].strip() if report > at else ""
        if again:
            told[plain(line)] = again
        else:
            out.append(line)
    return Reshaped(out, told)


def _reports(lines: Sequence[str]) -> dict[str, int]:
    """Where the last report of each name stands."""
    found: dict[str, int] = {}
    for at, line in enumerate(lines):
        if report := _REPORT.match(line):
            found[_last_name(report[1])] = at
    return found


def _last_name(text: str) -> str:
    return _JOINTS.split(text.strip())[-1]
