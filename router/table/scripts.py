"""Words, and which scripts put no blanks between them."""

import re

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)

TOKEN = re.compile(rf"[^\W{_UNSPACED}]+")
"""A word: word characters of scripts that put blanks between words."""

_MATCH_UNSPACED = re.compile(f"[{_UNSPACED}]").match


def unspaced(char: str) -> bool:
    """Whether a character belongs to such a script (Thai, Lao, Burmese, Khmer, CJK, kana, hangul is not one)."""
    return _MATCH_UNSPACED(char) is not None
