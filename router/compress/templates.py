"""Lines of one kind: which belong together, and which of them are out of the ordinary."""

from collections.abc import Sequence
from operator import eq

from router.compress.shapes import counter_shape, shape

LEAST = 6
"""Fewer lines of one kind than this stay as they are."""
_ALIKE = 0.6
_USUAL = 0.8
_MAX_TEMPLATES = 64


def kinds(lines: Sequence[str], numbers: Sequence[int], names_too: bool) -> list[list[int]]:
    """Groups of the given line numbers whose lines fill one template, each in order (after Drain, He et al. 2017)."""
    by_shape: dict[str, list[int]] = {}
    for number in numbers:
        by_shape.setdefault(shape(lines[number]) if names_too else counter_shape(lines[number]), []).append(
            number
        )
    if not names_too:
        return [members for text, members in by_shape.items() if _is_prose(text)]
    buckets: dict[tuple[int, str], list[tuple[list[str], list[int]]]] = {}
    for text, members in by_shape.items():
        words = text.split()
        key = (len(words), next((word for word in words if word != "#"), ""))
        _place(buckets.setdefault(key, []), words, members)
    return [sorted(members) for bucket in buckets.values() for _, members in bucket]


def _is_prose(text: str) -> bool:
    """Whether a shape has two words of its own: rows of figures are data."""
    return sum(word.strip(".,:;()[]").isalpha() and len(word) > 2 for word in text.split()) >= 2


def _place(bucket: list[tuple[list[str], list[int]]], words: list[str], members: list[int]) -> None:
    for template, together in bucket[:_MAX_TEMPLATES]:
        if sum(map(eq, template, words)) >= _ALIKE * len(words):
            together += members
            return
    bucket.append((words, list(members)))


def unusual(lines: Sequence[str], members: Sequence[int]) -> set[int]:
    """Members with a word that nearly all others do not have in its place: `status=500` among `status=200`."""
    rows = [lines[number].split() for number in members]
    width = min(len(row) for row in rows)
    odd: set[int] = set()
    for column in range(width):
        words = [row[column] for row in rows]
        told = {word: _kind(word) for word in dict.fromkeys(words)}
        if len(told) > 1:
            odd |= _odd_in([told[word] for word in words], members)
    return odd


def _odd_in(values: Sequence[str], members: Sequence[int]) -> set[int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    common = max(counts, key=counts.__getitem__)
    count = counts[common]
    if count < _USUAL * len(values) or count == len(values):
        longest = max((len(v) for v, n in counts.items() if n > 1), default=0)
        if common.startswith("#") and len(counts) <= 6:
            return {m for v, m in zip(values, members) if counts[v] == 1 and len(v) > longest + 1}
        return set()
    return {member for value, member in zip(values, members) if value != common}


def _kind(word: str) -> str:
    """Long numbers are compared by their length, so that counters and times do not all differ."""
    digits = word.strip("[](){},:;=%ms.-+#/")
    if digits.isdigit() and not (len(digits) == 3 and digits[0] in "12345"):
        return "#" * len(digits)
    return word
