"""Trees drawn with lines: one space a level instead, and leaves of one branch beside each other."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_BRANCH = re.compile(
    r"^((?:[│|] {1,3}|│   |    |  )*)([├└+`]─*[┬─]? ?|[├└]── ?|[|`]-- ?|\+--+ ?|\\-+ ?)(\S.*)$"
)
_WIDE = 120
_LARGE = 40
_AGAIN = re.compile(r" (deduped|\(\*\))$")


def reshape(lines: Sequence[str]) -> Reshaped:
    """The tree with its depth told by indentation; in large ones, leaves that are drawn in full elsewhere are left out."""
    told: dict[str, str] = {}
    if len(lines) > _LARGE:
        again = {line: match[3] for line in lines if _AGAIN.search(line) and (match := _BRANCH.match(line))}
        told = {plain(line): _AGAIN.sub("", text) for line, text in again.items()}
        lines = [line for line in lines if line not in again]
    out: list[str] = []
    leaves: list[str] = []
    depth_of_leaves = -1
    widths = sorted({len(match[1]) for line in lines if (match := _BRANCH.match(line))})
    for at, line in enumerate(lines):
        match = _BRANCH.match(line)
        depth = widths.index(len(match[1])) + 1 if match else -1
        if leaves and (depth != depth_of_leaves or sum(map(len, leaves)) > _WIDE):
            out.append(" " * depth_of_leaves + "  ".join(leaves))
            leaves = []
        if match is None:
            out.append(line)
        elif _has_children(lines, at, len(match[1])):
            if leaves:
                out.append(" " * depth_of_leaves + "  ".join(leaves))
                leaves = []
            out.append(" " * depth + match[3])
        else:
            leaves.append(match[3])
            depth_of_leaves = depth
    if leaves:
        out.append(" " * depth_of_leaves + "  ".join(leaves))
    return Reshaped(out, told)


def _has_children(lines: Sequence[str], at: int, width: int) -> bool:
    following = _BRANCH.match(lines[at + 1]) if at + 1 < len(lines) else None
    return following is not None and len(following[1]) > width
