"""Failure lines of a raw output whose kind nothing in the result shows."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from router.compress.guard import Stands
from router.compress.patterns import PatternSet
from router.compress.protect import FAILURE
from router.compress.shapes import number_shape

_SOURCE = re.compile(r"^\s*>?\s*\d+ *[|│+-]|^[+-]|^\s*[|│] +\d*[|│]?  ")
"""A line of a code frame or a diff: it quotes source text, and says nothing of its own."""


def unexplained(raw: Sequence[str], result: Sequence[str], stands: Stands, waived: Collection[str]) -> list[str]:
    """One raw line for each kind of failure line that is gone."""
    asked = _failures()
    there = set(result)
    shapes = {number_shape(" ".join(line.split())) for line in result}
    found: dict[str, str] = {}
    for line in raw:
        if line in there or not asked.hits(line) or _SOURCE.match(line):
            continue
        words = line.strip()
        kind = number_shape(" ".join(line.split()))
        if kind not in found and words not in waived and kind not in shapes and not stands.says(line):
            found[kind] = words
    return list(found.values())


@lru_cache(maxsize=1)
def _failures() -> PatternSet:
    return PatternSet(FAILURE)
