"""Characters that make a policy read differently from what it says."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from router.base.pages import Page
from router.base.problems import Problem, Span, error, warning

_HIDDEN = re.compile(
    "[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# A lone carriage return begins a new line in editors, but not here.
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
_WORDS = re.compile(r"[^\W\d_][\w]*")
_LOOK_ALIKE = dict(zip("аеорсхуіјѕԁһԛԝкмтнвгαορνικτυхγ", "aeopcxyijsdhqwkmthbraopvikтuxy", strict=False))
MOST = 20
"""How many are reported in one file."""


def suspicious_characters(text: str, file: str) -> Iterator[Problem]:
    """Hidden, bidirectional and control characters (errors), and words that mix scripts (warnings)."""
    if text.isascii() and not _CONTROL.search(text):
        return
    for match, code, what in islice(_hidden(text), MOST):
        span = _span(text, file, match.start(), match.end())
        name = unicodedata.name(match[0], f"U+{ord(match[0]):04X}")
        yield error(
            code,
            f"{what} U+{ord(match[0]):04X} ({name.lower()})",
            span,
            "delete it, or write it as \\uXXXX in a text",
        )
    mixed = (match for match in _WORDS.finditer(text) if _mixes(match[0]))
    for match in islice(mixed, MOST):
        word = match[0]
        yield warning(
            "R602",
            f"`{word}` mixes letters of different scripts that look alike",
            _span(text, file, match.start(), match.end()),
            f"did you mean `{''.join(_LOOK_ALIKE.get(char, char) for char in word)}`?",
        )


def _mixes(word: str) -> bool:
    return (
        not word.isascii()
        and any(char in _LOOK_ALIKE for char in word)
        and any(char.isascii() for char in word)
    )


def _hidden(text: str) -> Iterator[tuple[re.Match[str], str, str]]:
    for match in _HIDDEN.finditer(text):
        yield match, "R601", "an invisible or direction-changing character"
    for match in _SURROGATE.finditer(text):
        yield match, "R601", "half of a character"
    for match in _CONTROL.finditer(text):
        yield match, "R601", "a control character"


def _span(text: str, file: str, start: int, end: int) -> Span:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return Span(file, line, column, line, column + end - start)


PAGES: tuple[Page, ...] = (
    Page(
        code="R601",
        title="an invisible character",
        why=(
            "Zero-width, direction-changing and control characters make a rule look different from what it says, so a\n"
            "reviewer approves one thing and the compiler reads another (Boucher and Anderson, Trojan Source, 2021)."
        ),
        bad='rule hidden\n  tag a\n  when branch is "ma\u200bin"\n',
        good='rule shown\n  tag a\n  when branch is "main"\n',
    ),
    Page(
        code="R602",
        title="letters that look alike",
        why="A name that mixes Latin with look-alike letters of another script is not the name it seems to be.",
        bad='rule mixed\n  tag a\n  when branch is "m\u0430in"\n',
        good='rule latin\n  tag a\n  when branch is "main"\n',
    ),
)
