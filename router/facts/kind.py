"""What kinds of facts there are: which operators and constants each takes."""

from dataclasses import dataclass
from typing import Literal

KindName = Literal["name", "ordered", "names", "paths", "text", "number", "percent", "money", "date"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of fact: operators it takes, kinds of constants it is compared with, and what to call it in messages."""

    name: KindName
    operators: frozenset[str]
    constants: frozenset[str]
    noun: str


_EQUAL = frozenset({"is", "is not", "in", "not in"})
_ORDER = frozenset({"<", "<=", ">", ">="})

NAME = Kind("name", _EQUAL | {"like"}, frozenset({"word", "text"}), "a name")
NAMES = Kind("names", _EQUAL | {"like"}, frozenset({"word", "text"}), "names")
ORDERED = Kind("ordered", _EQUAL | _ORDER | {"like"}, frozenset({"word", "text"}), "an ordered name")
PATHS = Kind(
    "paths",
    frozenset({"under", "like", "is", "is not", "in", "not in"}),
    frozenset({"text"}),
    "a quoted path",
)
TEXT = Kind(
    "text",
    frozenset({"contains", "contains any", "contains all", "matches"}),
    frozenset({"text", "regex"}),
    "a quoted text",
)
NUMBER = Kind("number", _EQUAL | _ORDER | {"in range"}, frozenset({"number"}), "a number")
PERCENT = Kind("percent", _EQUAL | _ORDER | {"in range"}, frozenset({"percent"}), "a percentage such as 85%")
MONEY = Kind("money", _EQUAL | _ORDER | {"in range"}, frozenset({"money"}), "an amount such as $0.50")
DATE = Kind("date", _EQUAL | _ORDER | {"in range"}, frozenset({"date"}), "a date such as 2026-12-31")

Stage = Literal["given", "classified", "profiled", "priced"]
"""When a fact is known: from the start, after classification, after the profile is chosen, after the chain is."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing a rule may ask.

    `values`: the closed set of names, in order for an ordered fact; None when open.
    `argument`: what stands between parentheses (`provider`, `spend`, `quota`), None when nothing may.
    `low`, `high`: the range a number can lie in, both included. `wraps`: a range may run over the end, as hours do.
    `often_unknown`: hosts seldom send it, so a restriction that hinges on it deserves a warning.
    """

    name: str
    kind: Kind
    about: str
    example: str
    values: tuple[str, ...] | None = None
    argument: Literal["provider", "spend", "quota"] | None = None
    low: float | None = None
    high: float | None = None
    wraps: bool = False
    whole: bool = False
    stage: Stage = "given"
    often_unknown: bool = False
    aliases: tuple[str, ...] = ()
