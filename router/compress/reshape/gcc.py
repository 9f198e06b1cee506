"""Diagnostics of C compilers: without code frames and without the function each part is in, so that findings stand together."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_FRAME = re.compile(r"^ +\d* +\|")
_CLANG = re.compile(r"^\s*[~^][~^ ]*$")
_INSIDE = re.compile(r"^\S+\.\w+: (In (member |static member |lambda )?function|At top level|In constructor)\b")


def reshape(lines: Sequence[str]) -> Reshaped:
    """The findings alone."""
    out: list[str] = []
    quoted: set[str] = set()
    for line in lines:
        if _FRAME.match(line) or _CLANG.match(line) or _INSIDE.match(line):
            quoted.add(plain(line))
        else:
            out.append(line)
    return Reshaped(out, quoted=quoted)
