"""Paths, one a line: a folder once, what lies in it below."""

import re
from collections.abc import Sequence

_PATH = re.compile(r"^(?P<folder>(?:\.{0,2}/)?(?:[^\s/:]+/)+)(?P<name>[^\s/:]+/?)$")
_LEAST = 3


def reshape(lines: Sequence[str]) -> list[str]:
    """Runs of three paths or more in one folder become the folder and the names."""
    out: list[str] = []
    at = 0
    while at < len(lines):
        names = _run(lines, at)
        if len(names) >= _LEAST:
            folder = _PATH.match(lines[at])
            assert folder is not None
            out.append(folder["folder"] + "  " + "  ".join(names))
            at += len(names)
        else:
            out.append(lines[at])
            at += 1
    return out


def _run(lines: Sequence[str], at: int) -> list[str]:
    names: list[str] = []
    folder = None
    while at < len(lines):
        match = _PATH.match(lines[at][:1000])
        if match is None or (folder is not None and match["folder"] != folder):
            break
        folder = match["folder"]
        names.append(match["name"])
        at += 1
    return names
