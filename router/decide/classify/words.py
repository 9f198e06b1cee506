"""A text as words, and words as numbers of the rows of the weight table."""

import re
from zlib import crc32

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[?!]|```|\{|=>?|::|#|/|@|%|\$")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

PREFIX_CHARS = 4
PREFIX_BYTES_OTHER = 6
_PREFIX_SEED = 0x9E3779B9
_PAIR_SEED = 0x7F4A7C15


def words(text: str) -> list[str]:
    """Lower-case words and the marks that matter; numbers by their length, unspaced scripts two characters at a time."""
    found = _WORD.findall(text.lower().replace("’", "'"))
    if text.isascii():
        return found
    split: list[str] = []
    for word in found:
        if word.isascii() or not _UNSPACED.search(word):
            split.append(word)
        else:
            split.extend(pairs(word))
    return split


def pairs(word: str) -> list[str]:
    """Every two neighbouring characters; a single character stands alone."""
    return [word] if len(word) < 2 else [word[at : at + 2] for at in range(len(word) - 1)]


def hashed(found: list[str], mask: int) -> set[int]:
    """Row numbers (0 to `mask`) of words, word pairs and word beginnings; CRC-32, so the same everywhere."""
    rows: set[int] = set()
    add, last = rows.add, _PAIR_SEED
    for word in "\n".join(found).encode("utf-8", "replace").split(b"\n"):
        code = crc32(word)
        add(code & mask)
        add(crc32(word, last) & mask)
        last = code ^ _PAIR_SEED
        if len(word) > PREFIX_CHARS:
            add(
                crc32(word[:PREFIX_CHARS] if word.isascii() else word[:PREFIX_BYTES_OTHER], _PREFIX_SEED)
                & mask
            )
    return rows
