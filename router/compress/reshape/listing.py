"""Paths, one a line, with or without words before them: a folder once, and the names that lie in it."""

import re
from collections.abc import Sequence

_PATH = re.compile(r"^(?P<folder>(?:[A-Za-z][\w -]*:? )?(?:\.{0,2}/)?(?:[^\s/:]+/)+)(?P<name>[^\s/:]+/?)$")
_BARE = re.compile(r"^(?P<folder>[A-Za-z][\w -]*: )(?P<name>[^\s/:]+)$")
_LEAST = 3
_WIDE = 30


def reshape(lines: Sequence[str]) -> list[str]:
    """Runs of three paths or more in one folder become the folder and the names."""
    out: list[str] = []
    at = 0
    while at < len(lines):
        folder, names = _run(lines, at)
        if len(names) >= _LEAST:
            out += [f"{folder}  {'  '.join(names[n : n + _WIDE])}" for n in range(0, len(names), _WIDE)]
            at += len(names)
        else:
            out.append(lines[at])
            at += 1
    return out


def _run(lines: Sequence[str], at: int) -> tuple[str, list[str]]:
    names: list[str] = []
    folder = ""
    while at < len(lines):
        line = lines[at][:1000]
        match = _PATH.match(line) or _BARE.match(line)
        if match is None or (names and match["folder"] != folder):
            break
        folder = match["folder"]
        names.append(match["name"])
        at += 1
    return folder, names
