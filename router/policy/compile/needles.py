"""Texts of which one stands in everything that a pattern matches, so that a process with one prompt may do without RE2."""

import re
from collections.abc import Iterable
from typing import Any

MOST_PATTERNS = 400
"""With more patterns some will hardly ever be ruled out, and finding needles takes its time."""

_LEAST_CHARS, _MOST_NEEDLES = 3, 64
_KNOWN = re.compile(
    r"(?:[A-Za-z0-9_ \-:;,<>=!@#%&~\"'/]|\\[bBdDwWsS]|\\[^A-Za-z0-9]|[.^$|)?*+]|\{\d+(?:,\d*)?\}|\((?:\?i?:|\?i\)|(?!\?))|\[\^?(?:[A-Za-z0-9 _.,\-]|\\[dDwWsS])+\])*"
)
"""What RE2 and Python read alike; of everything else nothing is said."""

_Needles = frozenset[str]


def needles(pattern: str) -> list[str] | None:
    """Folded texts, sorted, of which the folded form of each text that matches holds at least one; None when nothing is known."""
    if not _KNOWN.fullmatch(pattern):
        return None
    try:
        tree = re._parser.parse(pattern)
    except (re.error, RecursionError, OverflowError, AttributeError):
        return None
    found = _of_sequence(tree)
    return sorted(found) if found is not None and _worth(found) >= _LEAST_CHARS and len(found) <= _MOST_NEEDLES else None


def _of_sequence(items: Iterable[Any]) -> _Needles | None:
    """The best of what each part demands; neighbouring characters are one text."""
    best: _Needles | None = None
    run = ""
    for kind, value in (*items, (None, None)):
        if str(kind) == "LITERAL" and chr(value).isascii() and chr(value).isalnum():
            run += chr(value).lower()
            continue
        best, run = _better(best, frozenset({run}) if run else None), ""
        best = _better(best, _of_part(str(kind), value))
    return best


def _of_part(kind: str, value: Any) -> _Needles | None:
    if kind == "BRANCH":
        return _of_branches(value[1])
    if kind == "SUBPATTERN":
        return _of_sequence(value[3])
    if kind in ("MAX_REPEAT", "MIN_REPEAT") and value[0] >= 1:
        return _of_sequence(value[2])
    return None


def _of_branches(branches: Iterable[Any]) -> _Needles | None:
    """All of what any of them demands, when each demands something."""
    found: _Needles = frozenset()
    for branch in branches:
        of_branch = _of_sequence(branch)
        if of_branch is None:
            return None
        found |= of_branch
    return found


def _better(one: _Needles | None, other: _Needles | None) -> _Needles | None:
    if one is None or other is None:
        return one or other
    return one if (_worth(one), -len(one)) >= (_worth(other), -len(other)) else other


def _worth(found: _Needles) -> int:
    return min(map(len, found))
