"""What names a policy may use, and how to find the one that was meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from itertools import islice


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the catalogue and the day of the check.

    `models`: id to (day it is switched off or None, its replacement or None). `open_providers`: providers whose
    models are not listed, such as local ones.
    """

    providers: frozenset[str]
    open_providers: frozenset[str]
    models: Mapping[str, tuple[str | None, str | None]]
    chains: frozenset[str]
    today: date


_LONGEST_WORD = 80
_MOST_NAMES = 2000
_SHOWN = 5


def nearest(word: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The name most like `word`, in whatever case it is written, or None; giant words and lists are not searched."""
    known = list(islice(names, _MOST_NAMES + 1))
    if len(word) > _LONGEST_WORD or len(known) > _MOST_NAMES:
        return None
    found = get_close_matches(word, known, 1, cutoff)
    if found or word == word.lower():
        return found[0] if found else None
    found = get_close_matches(word.lower(), known, 1, cutoff)
    return found[0] if found else None


def did_you_mean(word: str, names: Iterable[str], otherwise: str | None = None) -> str | None:
    """A help line that names the nearest name, else `otherwise`."""
    near = nearest(word, names)
    return f"did you mean `{near}`?" if near else otherwise


def listed(names: Iterable[str]) -> str:
    """Names in backticks: `a`, `b` or `c`."""
    said = [f"`{name}`" for name in names]
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} or {said[-1]}"


def some_of(names: Iterable[str]) -> str:
    """At most five names in backticks, and whether there are more."""
    said = [f"`{name}`" for name in names]
    more = " ..." if len(said) > _SHOWN else ""
    return ", ".join(said[:_SHOWN]) + more
