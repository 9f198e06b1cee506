"""`ls -l`: owner and group once when all rows have the same, no link counts."""

import re
from collections.abc import Sequence

_ROW = re.compile(r"^([-bcdlpsrwxStT]{10}[.+@]?) +\d+ +(\S+) +(\S+) +(.*)$")


def reshape(lines: Sequence[str]) -> list[str]:
    """The listing with what all rows share said above them."""
    rows = [_ROW.match(line) for line in lines]
    owners = {(row[2], row[3]) for row in rows if row is not None}
    if len(owners) != 1 or sum(row is not None for row in rows) < 3:
        return list(lines)
    out: list[str] = []
    told = False
    for line, row in zip(lines, rows):
        if row is None:
            out.append(line)
            continue
        if not told:
            out.append(f"{row[2]}  {row[3]}")
            told = True
        out.append(f"{row[1]}  {row[4]}")
    return out
