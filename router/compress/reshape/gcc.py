"""Diagnostics of C compilers: without code frames and without the function each part is in, so that findings stand together."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_FRAME = re.compile(r"^ +\d* +\|")
_CLANG = re.compile(r"^\s*[~^][~^ ]*$")
_INSIDE = re.compile(
    r"^\S+\.\w+: (In (member |static member |lambda )?function|At top level|In constructor)\b"
)


_FOREIGN = re.compile(
    r"^/usr/\S+: (In|note:)|^/usr/\S+:\d+:\d+: note: |^/usr/\S+:\d+:\d+:\s+required from |^(In file included from|\s+from) /(usr|opt)/|^\s+from \S+:\d+[:,]$"
    r"|: note:\s+(candidate\b|template argument deduction|mismatched types|.* is not derived from|couldn.t deduce)"
)


def reshape(lines: Sequence[str]) -> Reshaped:
    """The findings alone, without the system headers' part in them."""
    out: list[str] = []
    quoted: set[str] = set()
    for line in lines:
        if _FRAME.match(line) or _CLANG.match(line) or _INSIDE.match(line) or _FOREIGN.search(line):
            quoted.add(plain(line))
        else:
            out.append(line)
    return Reshaped(out, quoted=quoted)
