"""`tsc --pretty` and its kin: the code frame below a diagnostic goes, the diagnostic stays as it is without it."""

import re
from collections.abc import Sequence

_HEAD = re.compile(r"^(\s*)\S+\.\w+:(\d+):\d+( - (error|warning|message) TS\d+: .*)?$")
_SHOWN = re.compile(r"^\s*(\d+)\s")
_UNDER = re.compile(r"^\s*~+\s*$")


def reshape(lines: Sequence[str]) -> list[str]:
    """The lines without the frames that follow a diagnostic's place."""
    if not any("~" in line for line in lines):
        return list(lines)
    out: list[str] = []
    number = None
    for line in lines:
        head = _HEAD.match(line)
        if head is not None:
            number = int(head[2])
        elif number is not None and _in_frame(line, number):
            continue
        out.append(line)
    return out


def _in_frame(line: str, number: int) -> bool:
    if not line.strip():
        return True
    if _UNDER.match(line):
        return True
    shown = _SHOWN.match(line)
    return shown is not None and 0 <= int(shown[1]) - number <= 12
