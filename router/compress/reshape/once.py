"""Builds that print their diagnostics twice: each long line once."""

from collections.abc import Sequence

_LEAST_CHARS = 40


def reshape(lines: Sequence[str]) -> list[str]:
    """The lines without later repeats of long ones."""
    seen: set[str] = set()
    out: list[str] = []
    for line in lines:
        if len(line) >= _LEAST_CHARS and line in seen:
            continue
        seen.add(line)
        out.append(line)
    return out
