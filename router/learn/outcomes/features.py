"""A prompt as hashed words and word pairs and a few numbers of its shape; the standard library alone."""

import re
from collections import Counter
from itertools import pairwise
from math import log, log2, sqrt
from typing import NamedTuple
from zlib import crc32

BITS = 15
"""2**15 rows: a table of a dozen heads stays under 2 MB."""
HEAD_CHARS = 3000
TAIL_CHARS = 1000
COUNTED = 4
"""Occurrences that are told apart; a word that stands five times counts as one that stands four times."""
SHAPES = 7

_WORD = re.compile(r"\w+|[^\w\s]")
_SYMBOLS = frozenset("{}()=+-*/^<>$\\")


class Features(NamedTuple):
    """`rows[k]` are the row numbers that occur k + 1 times, each worth `1 + ln(k + 1)` before division by `length`."""

    rows: tuple[tuple[int, ...], ...]
    length: float
    shape: tuple[float, ...]


def features(prompt: str) -> Features:
    """The features of the first and last characters of a prompt; CRC-32, so the same on every machine."""
    text = prompt
    if len(text) > HEAD_CHARS + TAIL_CHARS:
        text = f"{text[:HEAD_CHARS]}\n{text[-TAIL_CHARS:]}"
    counts = Counter(_hashed(text.lower()))
    rows: list[list[int]] = [[] for _ in range(COUNTED)]
    for row, count in counts.items():
        rows[min(count, COUNTED) - 1].append(row)
    squares = sum(len(own) * worth(at) ** 2 for at, own in enumerate(rows))
    return Features(tuple(tuple(sorted(own)) for own in rows), sqrt(squares) or 1.0, _shape(prompt, text))


def worth(at: int) -> float:
    """What a row that occurs `at` + 1 times is worth."""
    return 1.0 + log(at + 1)


def _hashed(text: str) -> list[int]:
    mask = (1 << BITS) - 1
    words = [word.encode("utf-8", "replace") for word in _WORD.findall(text)]
    found = [crc32(word) & mask for word in words]
    found += [crc32(second, crc32(first)) & mask for first, second in pairwise(words)]
    return found


def _shape(prompt: str, text: str) -> tuple[float, ...]:
    """How long it is, and its share of digits, lines, questions, capitals and symbols; about 0 to 2 each."""
    size = max(len(text), 1)
    words = text.split()
    return (
        log2(1 + len(prompt)) / 8,
        5 * sum(map(str.isdigit, text)) / size,
        min(text.count("\n") / 10, 4.0),
        min(text.count("?") / 3, 4.0),
        5 * sum(map(str.isupper, text)) / size,
        5 * sum(character in _SYMBOLS for character in text) / size,
        min(sum(map(len, words)) / max(len(words), 1) / 6, 4.0),
    )
