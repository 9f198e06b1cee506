"""`path:line:col: message` lines: the path once, and lines with one message joined."""

import re
from collections.abc import Sequence

_PLACE = re.compile(
    r"^(?P<path>(?:[A-Za-z]:)?[\w@./\\+~ -]*[\w@+-]\.[A-Za-z]\w{0,7})(?::(?P<at>\d+(?::\d+)?)|\((?P<paren>\d+,\d+)\)):?(?P<rest>[ :-].*|)$"
)
_LEAST = 3


def reshape(lines: Sequence[str]) -> list[str]:
    """Runs of places in one file get the file's name above them; other lines are as they were."""
    out: list[str] = []
    at = 0
    while at < len(lines):
        run = _run(lines, at)
        if len(run) >= 2:
            out += _grouped(run)
            at += len(run)
        else:
            out.append(lines[at])
            at += 1
    return out


def _run(lines: Sequence[str], at: int) -> list[re.Match[str]]:
    run: list[re.Match[str]] = []
    while at < len(lines):
        match = _PLACE.match(lines[at][:2000])
        if match is None or match.end() != len(lines[at]) or (run and match["path"] != run[0]["path"]):
            break
        run.append(match)
        at += 1
    return run


def _grouped(run: Sequence[re.Match[str]]) -> list[str]:
    by_message: dict[str, list[str]] = {}
    for match in run:
        message = match["rest"].lstrip(":").strip()
        by_message.setdefault(message, []).append(match["at"] or match["paren"])
    return [run[0]["path"], *(f" {' '.join(places)}  {message}".rstrip() for message, places in by_message.items())]
