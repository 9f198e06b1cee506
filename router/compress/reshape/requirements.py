"""`Requirement already satisfied` lines of pip: the names on one line."""

import re
from collections.abc import Sequence

_SATISFIED = re.compile(
    r"^(Requirement already satisfied): (\S+)(?: in \S+(?: \(from [^)]*\))*(?: \(\S+\))?)?$"
)


def reshape(lines: Sequence[str]) -> list[str]:
    """All satisfied requirements on one line, where the first stood."""
    out: list[str] = []
    names: list[str] = []
    place = -1
    for line in lines:
        match = _SATISFIED.match(line)
        if match is None:
            out.append(line)
            continue
        if place < 0:
            place = len(out)
            out.append("")
        names.append(match[2])
    if place >= 0:
        out[place] = f"Requirement already satisfied:  {'  '.join(names)}"
    return out
