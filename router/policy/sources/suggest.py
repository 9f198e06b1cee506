"""Which known word a mistyped or look-alike one was meant to be."""

import difflib
import unicodedata
from collections.abc import Iterable

_LONGEST = 64
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝВЕКМНОРСТХαορνικτυАІЅℓ∶＿‐‑–—",
    "aeopcyxijsdhqwBEKMHOPCTXaopviktuAISl:_----",
)


def skeleton(word: str) -> str:
    """The word with letters of other scripts and odd dashes replaced by the Latin signs they look like."""
    folded = unicodedata.normalize("NFKC", word.translate(_LOOKALIKES)).translate(_LOOKALIKES)
    bare = (
        c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c) and c.isprintable()
    )
    return "".join(c for c in bare if c not in "\u200c\u200d\u00ad")


def lookalike(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one only looks like, or None."""
    if word.isascii() or len(word) > _LONGEST:
        return None
    bare = skeleton(word)
    return next((name for name in known if name == bare), None)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that this one is a slip of, or None."""
    if len(word) > _LONGEST:
        return None
    names = list(known)
    lowered = skeleton(word).lower().replace("-", "_")
    if lowered in names:
        return lowered
    return next(iter(difflib.get_close_matches(lowered, names, n=1, cutoff=0.7)), None)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The help line for a mistyped word, or None."""
    name = nearest(word, known)
    return f"did you mean `{name}`?" if name else None


def odd_characters(word: str) -> str:
    """The characters outside ASCII with their code points, such as `е` (U+0435)."""
    return ", ".join(f"`{c}` (U+{ord(c):04X})" for c in dict.fromkeys(word) if not c.isascii())
