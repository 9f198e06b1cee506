"""A text as words, and words as the 32-bit codes that the weight table is asked for."""

import re
from zlib import crc32

from router.decide.classify.foreign import ENGLISH, english

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[?!]|```|\{|=>?|::|#|/|@|%|\$")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

PREFIX_CHARS = 4
PREFIX_BYTES_OTHER = 6
_PREFIX_SEED = 0x9E3779B9
_PAIR_SEED = 0x7F4A7C15
_HEAD_SEED = 0x2545F491
_OPENING_SEED = 0x51ED270B
TAIL_SEED = 0x1B873593

HEAD_WORDS = 12
"""A request tends to be named by its first words: they count twice, once wherever they stand and once as such."""
OPENING_WORDS = 3
TAIL_WORDS = 8
TAIL_FROM = 17
"""A longer prompt often says at its end what it wants: from so many words on its last ones count as such too."""


def words(text: str) -> list[str]:
    """Lower-case words and the marks that matter, unspaced scripts two characters at a time.

    Words that requests in other languages are made of stand as their English word.
    """
    found = _WORD.findall(text.lower().replace("’", "'"))
    if text.isascii():
        known = ENGLISH.get
        return [known(word, word) for word in found]
    split: list[str] = []
    for word in found:
        if word.isascii() or not _UNSPACED.search(word):
            split.append(english(word))
        else:
            split.extend(pairs(word))
    return split


def pairs(word: str) -> list[str]:
    """Every two neighbouring characters; an English word where the table knows two to four, or one before the two."""
    found, known, at = [], ENGLISH.get, 0
    last = max(1, len(word) - 1)
    while at < last:
        for size in (4, 3, 2):
            meant = known(word[at : at + size])
            if meant:
                found.append(meant)
                at += size
                break
        else:
            single = known(word[at])
            if single:
                found.append(single)
            found.append(word[at : at + 2])
            at += 1
    return found


def codes(found: list[str]) -> set[int]:
    """The 32-bit codes of words, word pairs, word beginnings, and first and last words; CRC-32, so the same everywhere."""
    told: set[int] = set()
    add, last = told.add, _PAIR_SEED
    encoded = "\n".join(found).encode("utf-8", "replace").split(b"\n")
    opening = _OPENING_SEED
    for word in encoded[:OPENING_WORDS]:
        opening = crc32(word, opening)
        add(opening)
    for word in encoded[:HEAD_WORDS]:
        add(crc32(word, _HEAD_SEED))
    if len(encoded) >= TAIL_FROM:
        for word in encoded[-TAIL_WORDS:]:
            add(crc32(word, TAIL_SEED))
    for word in encoded:
        code = crc32(word)
        add(code)
        add(crc32(word, last))
        last = code ^ _PAIR_SEED
        if len(word) > PREFIX_CHARS:
            add(crc32(word[:PREFIX_CHARS] if word.isascii() else word[:PREFIX_BYTES_OTHER], _PREFIX_SEED))
    return told
