"""Words, and which scripts put no blanks between them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from re import Pattern

_UNSPACED = (
    ("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"), ("\u2e80", "\ua4cf"), ("\uf900", "\ufaff"),
    ("\uff66", "\uff9f"), ("\U00020000", "\U0003ffff"),
)  # fmt: skip

TOKEN: "Pattern[str]"
"""A word: word characters of scripts that put blanks between words; compiled when first asked for."""


def __getattr__(name: str) -> Any:
    if name != "TOKEN":
        raise AttributeError(name)
    import re

    token = re.compile(rf"[^\W{''.join(f'{first}-{last}' for first, last in _UNSPACED)}]+")
    globals()["TOKEN"] = token
    return token


def unspaced(char: str) -> bool:
    """Whether a character belongs to such a script (Thai, Lao, Burmese, Khmer, CJK, kana, hangul is not one)."""
    return char > "\u0dff" and any(first <= char <= last for first, last in _UNSPACED)
