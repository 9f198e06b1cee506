"""The closed list of sentences that say nothing, as the shipped data file states it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from router.base.failures import DamagedFileError
from router.base.shipped import shipped
from router.compress.text.linear import Pattern, compiled
from router.compress.text.protected import Group, groups_in

Place = Literal["start", "end", "anywhere", "before code", "never"]

_LONGEST = 240
_MARKS = " \t\r\n.!?:…*_"
_SMILES = (":)", ":-)", ";)", ";-)", ":D")


@dataclass(frozen=True, slots=True)
class FillerKind:
    """One kind of filler: where it may go, what may stand after it, what its wording may hold and must lack."""

    name: str
    place: Place
    before: tuple[str, ...]
    allows: frozenset[str]
    pattern: Pattern
    lacks: Pattern | None = None

    def matches(self, sentence: str) -> bool:
        """Whether the whole sentence is filler of this kind and holds nothing that is protected."""
        if len(sentence) > _LONGEST:
            return False
        words = plain_words(sentence)
        if not self.pattern.fullmatch(words) or (self.lacks is not None and self.lacks.search(words)):
            return False
        return groups_in(sentence) <= self.allows


@dataclass(frozen=True, slots=True)
class Fillers:
    """All kinds, and the words with which a recap begins."""

    kinds: tuple[FillerKind, ...]
    recap: Pattern

    def kind_of(self, sentence: str, place: Place) -> FillerKind | None:
        """The kind of filler a sentence is among those that go at this place."""
        return next((kind for kind in self.kinds if kind.place == place and kind.matches(sentence)), None)

    def is_of(self, sentence: str, names: tuple[str, ...]) -> bool:
        """Whether the sentence is worded as one of the named kinds, protected words or not."""
        words = plain_words(sentence[:_LONGEST])
        return any(kind.name in names and kind.pattern.fullmatch(words) for kind in self.kinds)


def plain_words(sentence: str) -> str:
    """A sentence as the patterns see it: small letters, one kind of apostrophe, no mark or emoji at its ends."""
    words = sentence.strip(_MARKS)
    for smile in _SMILES:
        words = words.removesuffix(smile).rstrip(_MARKS)
    while words and not words[-1].isalnum() and ord(words[-1]) > 0x2000 and words[-1] not in "”’»":
        words = words[:-1].rstrip(_MARKS)
    return " ".join(words.lower().replace("'", "’").split())


@cache
def load_fillers() -> Fillers:
    """The shipped list, read once; raises `DamagedFileError` when it is not what was shipped."""
    path = shipped("rules/fillers.toml")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        words = _words(data["words"])
        kinds = tuple(_kind(item, words) for item in data["kind"])
        return Fillers(kinds, _compile(data["recap"]["leads"], words))
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise DamagedFileError(str(path), f"{type(cause).__name__}: {cause}") from None


def _words(stated: Mapping[str, str]) -> dict[str, str]:
    """Named alternations, each with those stated before it filled in."""
    known: dict[str, str] = {}
    for name, text in stated.items():
        known[name] = f"(?:{_filled(text, known)})"
    return known


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, meaning in words.items():
        text = text.replace("{" + name + "}", meaning)
    return text


def _kind(item: Mapping[str, Any], words: Mapping[str, str]) -> FillerKind:
    place = item["place"]
    if place not in get_args(Place):
        raise ValueError(f"unknown place `{place}`")
    allows = frozenset(item.get("allows", ()))
    if not allows <= {"modal", "condition"} & set(get_args(Group)):
        raise ValueError(f"a filler may not hold {sorted(allows)}")
    pattern = _compile("|".join(item["patterns"]), words)
    lacks = _compile(item["lacks"], words) if "lacks" in item else None
    return FillerKind(item["name"], place, tuple(item.get("before", ())), allows, pattern, lacks)


def _compile(pattern: str, words: Mapping[str, str]) -> Pattern:
    filled = _filled(pattern, words)
    if "{" in filled:
        raise ValueError(f"unknown word in `{filled[filled.index('{') :][:30]}`")
    return compiled(filled)
