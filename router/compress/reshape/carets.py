"""Diagnostics that quote a line of source with a mark below it: the finding stays, the quotation goes."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_PLACE = re.compile(r"^(\[?\w+\]? ?:? ?)?\S+\.\w+:\d+(:\d+)?:? \S|^[we]: \S+\.\w+:\d+")
_MARK = re.compile(r"^\s*[~^][~^ ]*$")
_FAR = 4
"""A quotation stands so close below its finding, whose words may take more lines than one."""


def reshape(lines: Sequence[str]) -> Reshaped:
    """The lines without a quoted line and its mark, where they follow a finding."""
    if not any("^" in line for line in lines):
        return Reshaped(list(lines))
    out: list[str] = []
    quoted: set[str] = set()
    at, since = 0, _FAR
    while at < len(lines):
        since = 0 if _PLACE.match(lines[at]) else since + 1
        if since and since < _FAR and at + 1 < len(lines) and _MARK.match(lines[at + 1]):
            quoted.update((plain(lines[at]), plain(lines[at + 1])))
            at += 2
            continue
        out.append(lines[at])
        at += 1
    return Reshaped(out, quoted=quoted)
