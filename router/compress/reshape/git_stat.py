"""The change counts of `--stat`: a commit's only file and its total on one line."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_FILE = re.compile(r"^ \S.* \| +(?:\d+|Bin)")
_BARS = re.compile(r" [+-]+$")
_ONE = re.compile(r"^ 1 file changed, (.+)$")


def reshape(lines: Sequence[str]) -> Reshaped:
    """Totals over one file are joined to that file's line."""
    out: list[str] = []
    told: dict[str, str] = {}
    for line in lines:
        total = _ONE.match(line) if line.startswith(" 1 file") else None
        if total is not None and out and _FILE.match(out[-1]):
            out[-1] = _BARS.sub("", out[-1]) + f"  {total[1]}"
            told[plain(line)] = total[1]
        else:
            out.append(line)
    return Reshaped(out, told)
