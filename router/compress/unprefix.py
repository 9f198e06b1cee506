"""What CI services put before every line, job, step and time, taken off so that what is behind is read as the tool printed it."""

from collections.abc import Sequence

from router.compress.patterns import Late

_STAMP = Late(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}Z ?")
_COLUMNS = Late(r"^([^\t]+)\t([^\t]+)\t\ufeff?(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,9}Z ?)?(.*)$")
_SAMPLE = 200
_MOST = 0.8


def without_prefix(lines: Sequence[str]) -> list[str]:
    """The lines without time stamps, with a head line where job or step changes; the lines as they are when they bear none."""
    sample = [line for line in lines[:_SAMPLE] if line.strip()]
    if not any("Z" in line[:120] and "-" in line[:120] for line in sample[:5]):
        return list(lines)
    if len(sample) >= 3 and _share(sample, "\t") and _share(sample, "Z"):
        return _without_columns(lines)
    if len(sample) >= 3 and sum(bool(_STAMP().match(line)) for line in sample) >= _MOST * len(sample):
        return [_STAMP().sub("", line) for line in lines]
    return list(lines)


def _share(sample: Sequence[str], mark: str) -> bool:
    """Whether most lines have a job, a step and, for the mark `Z`, a time."""
    rows = [line.split("\t", 2) for line in sample]
    if mark == "\t":
        return sum(len(row) == 3 for row in rows) >= _MOST * len(rows)
    return sum(len(row) == 3 and bool(_STAMP().match(row[2])) for row in rows) >= _MOST * len(rows)


def _without_columns(lines: Sequence[str]) -> list[str]:
    out: list[str] = []
    last: tuple[str, ...] = ()
    for line in lines:
        row = _COLUMNS().match(line)
        if row is None:
            out.append(line)
            continue
        if row.groups()[:2] != last:
            last = row.groups()[:2]
            out.append("  ".join(last))
        out.append(row[3])
    return out
