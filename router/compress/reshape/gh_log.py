"""`job<tab>step<tab>line` as `gh run view --log` prints it: job and step once, above their lines."""

from collections.abc import Sequence


def reshape(lines: Sequence[str]) -> list[str]:
    """The log with a head line where the job or the step changes."""
    rows = [line.split("\t", 2) for line in lines]
    if sum(len(row) == 3 for row in rows) < 0.8 * len(rows):
        return list(lines)
    out: list[str] = []
    last: list[str] = []
    for row in rows:
        if len(row) < 3:
            out += row
            continue
        if row[:2] != last:
            last = row[:2]
            out.append("  ".join(last))
        out.append(row[2])
    return out
