"""Prose cut into sentences, with doubt decided for one long sentence rather than two short ones."""

from collections.abc import Iterator

_ENDS = ".!?:…"
_CLOSERS = "\"'”’)*_"
_SHORT = frozenset(
    [
        "e.g.",
        "i.e.",
        "etc.",
        "vs.",
        "cf.",
        "mr.",
        "mrs.",
        "ms.",
        "dr.",
        "prof.",
        "no.",
        "fig.",
        "approx.",
        "st.",
        "inc.",
        "ltd.",
        "resp.",
        "al.",
        "ca.",
        "eq.",
        "sec.",
        "ch.",
    ]
)
_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”"}


def sentences(text: str) -> Iterator[str]:
    """The sentences of a paragraph, each with the white space after it; joined they are the paragraph.

    Nothing is cut inside code, quotation marks or brackets, nor after an abbreviation or before a small letter.
    """
    start = at = 0
    inside: list[str] = []
    while at < len(text):
        char = text[at]
        if inside:
            if char == inside[-1]:
                inside.pop()
            elif char in _PAIRS and inside[-1] != "`":
                inside.append(_PAIRS[char])
        elif char in '`"':
            inside.append(char)
        elif char in _PAIRS:
            inside.append(_PAIRS[char])
        elif char in _ENDS and (end := _end(text, start, at)):
            yield text[start:end]
            start = at = end
            continue
        at += 1
    if start < len(text):
        yield text[start:]


def _end(text: str, start: int, at: int) -> int:
    """Where the sentence whose mark stands at `at` ends, white space included; 0 when it goes on."""
    end = at + 1
    while end < len(text) and text[end] in _ENDS + _CLOSERS:
        end += 1
    if end < len(text) and not text[end].isspace():
        return 0
    if text[at] == ":" and end < len(text) and text[end] != "\n":
        return 0
    word = text[start:end].rsplit(None, 1)[-1].lower() if end - start < 400 else ""
    if word in _SHORT or (len(word) == 2 and word[0].isalpha() and word[1] == "."):
        return 0
    end = _past_pictures(text, end)
    return 0 if end < len(text) and text[end].islower() else end


def _past_pictures(text: str, at: int) -> int:
    """The next word's place, beyond white space and emoji, which belong to the sentence before."""
    while at < len(text) and (
        text[at].isspace() or (ord(text[at]) > 0x2000 and not text[at].isalnum() and text[at] not in "“‘«")
    ):
        at += 1
    return at
