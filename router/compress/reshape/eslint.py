"""ESLint's stylish report: below each file the rules, each with its places and what was said there."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_ROW = re.compile(r"^\s+(\d+:\d+)\s+(error|warning)\s+(\S.*?)(?:\s{2,}(\S+))?$")


def reshape(lines: Sequence[str]) -> Reshaped:
    """The report grouped by severity and rule within each file."""
    out: list[str] = []
    rules: dict[tuple[str, str], dict[str, list[str]]] = {}
    told: dict[str, str] = {}
    for line in lines:
        row = _ROW.match(line)
        if row is None:
            out += _told(rules)
            rules = {}
            out.append(line)
        else:
            said = rules.setdefault((row[2], row[4] or ""), {})
            said.setdefault(row[3], []).append(row[1])
            told[plain(line)] = row[3]
    return Reshaped(out + _told(rules), told)


def _told(rules: dict[tuple[str, str], dict[str, list[str]]]) -> list[str]:
    out: list[str] = []
    for (severity, rule), said in rules.items():
        if len(said) == 1:
            message, places = next(iter(said.items()))
            out.append(f" {' '.join(places)} {severity} {message}  {rule}".rstrip())
        else:
            out.append(f" {severity} {rule}".rstrip())
            out += [f"  {' '.join(places)} {message}" for message, places in said.items()]
    return out
