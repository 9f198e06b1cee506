"""Search results `path:text`, `path:12:text`, `path-13-text`: the path once, above what was found in it."""

import re
from collections.abc import Sequence

_NUMBERED = re.compile(r"^(?P<path>[^\s:()|]+?)(?P<mark>[:-])(?P<number>\d+)(?P=mark)(?P<text>.*)$")
_PLAIN = re.compile(r"^(?P<path>[\w@./+~-]*[\w@+-](?:\.[A-Za-z]\w{0,7}|/[\w.-]+)):(?P<text>.*)$")


def reshape(lines: Sequence[str]) -> list[str]:
    """Runs of two matches or more in one file are put below its name."""
    out: list[str] = []
    at = 0
    while at < len(lines):
        run = _run(lines, at)
        if len(run) < 2:
            out.append(lines[at])
            at += 1
            continue
        out.append(run[0]["path"])
        out += [_row(match) for match in run]
        at += len(run)
    return out


def _row(match: "re.Match[str]") -> str:
    groups = match.groupdict()
    text = groups["text"].rstrip()
    return f" {groups['number']}{groups['mark']}{text}" if groups.get("number") else f" {text}"


def _run(lines: Sequence[str], at: int) -> "list[re.Match[str]]":
    run: list[re.Match[str]] = []
    while at < len(lines):
        match = _match(lines[at][:3000], run[0]["path"] if run else None)
        if match is None or match.end() != len(lines[at]):
            break
        run.append(match)
        at += 1
    return run


def _match(line: str, path: str | None) -> "re.Match[str] | None":
    for pattern in (_NUMBERED, _PLAIN):
        match = pattern.match(line)
        if match is not None and (path is None or match["path"] == path):
            return match
    return None
