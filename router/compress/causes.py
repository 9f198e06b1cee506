"""Failure lines of a raw output whose kind nothing in the result shows."""

from collections.abc import Sequence
from functools import lru_cache

from router.compress.patterns import PatternSet
from router.compress.protect import FAILURE
from router.compress.shapes import number_shape


def unexplained(raw: Sequence[str], result: Sequence[str], waived: set[str]) -> list[str]:
    """One raw line for each kind of failure line that is gone."""
    asked = _failures()
    flat = "\n".join(result)
    shapes = {number_shape(" ".join(line.split())) for line in result}
    found: dict[str, str] = {}
    for line in raw:
        if line in flat or not asked.hits(line):
            continue
        words = line.strip()
        kind = number_shape(" ".join(line.split()))
        if words in waived or kind in shapes or _said_in_pieces(words, flat):
            continue
        found.setdefault(kind, words)
    return list(found.values())


def _said_in_pieces(line: str, flat: str) -> bool:
    """Whether a reshaped line still says it all: every longer word stands in the result."""
    return all(word.strip(",:;()") in flat for word in line.split() if len(word) > 2)


@lru_cache(maxsize=1)
def _failures() -> PatternSet:
    return PatternSet(FAILURE)
