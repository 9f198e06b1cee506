"""What two prompts must share to the letter before they can mean the same: numbers, names, signs, and words that turn a meaning."""

import re

_EDGES = ".,;:!?()[]{}…»«“”‘’"
_SIGN = re.compile(r"[\d_/\\@#$=<>`\"*&|~^%+]|^-|[.:]\w|\W'|^'")
_NEGATION = re.compile(r"^\w+n['’]t$")
_PAIRS = (
    "above below, add remove, after before, all any none, always never, ascending descending, async sync, best worst, "
    "broader narrower, client server, close open, column row, connect disconnect, create delete, decode encode, "
    "decompress compress, decrease increase, decreasing increasing, decrypt encrypt, disable enable, down up, earliest latest, "
    "even odd, exclude include, exclusive inclusive, export import, failure success, false true, fastest slowest, first last, "
    "global local remote, greater smaller, greatest smallest, hide show, highest lowest, horizontal vertical, input output, "
    "insert update, install uninstall, largest least most, left right, less more, lock unlock, longest shortest, lower upper, "
    "max min, maximum minimum, merge split, multiply divide, mutable immutable, new old, newest oldest, next previous, off on, "
    "pack unpack, pop push, private public, pull, read write, safe unsafe, send receive, serialize deserialize, signed unsigned, "
    "start stop, sum difference, with without, not no cannot neither nor only except unless"
)
_TURNING = frozenset(re.findall(r"\w+", _PAIRS))
"""Words that have an opposite, which an embedding hardly tells from them, and negations."""


def anchors(prompt: str) -> tuple[str, ...]:
    """The words of a prompt that no other may differ in, each once, in the alphabet's order.

    Those with digits, signs or capitals inside, capitalised ones within a sentence, and `_TURNING` ones.
    """
    found: set[str] = set()
    begins = True
    for raw in prompt.split():
        word = raw.strip(_EDGES)
        if word and _is_anchor(word, begins):
            found.add(word)
        begins = raw[-1] in ".!?:"
    return tuple(sorted(found))


def _is_anchor(word: str, begins: bool) -> bool:
    lower = word.lower()
    if lower in _TURNING or _NEGATION.match(lower) or _SIGN.search(word):
        return True
    inside = word[1:] if begins else word
    return inside != inside.lower() and word != "I"
