"""Conditions as plain data, as the table stores them.

A condition is a tuple, so that it is a JSON array in the file:

=============================================== =============================================================
``("always",)``                                 true
``("and", c…)`` ``("or", c…)`` ``("not", c)``   Kleene's connectives
``("in", fact, (value…))``                      a single-valued name is one of these
``("like", fact, glob)``                        a single-valued name matches; ``*`` crosses ``/``
``("between", fact, low, high, low_in, high_in)`` a number; None is no bound; dates are proleptic ordinals
``("has", fact, value)`` ``("haslike", fact, glob)`` some of several names
``("under", "path", "src/")``                   some file lies below the folder, or is it
``("file", "path", "a/b.py")`` ``("glob", "path", glob)`` some file is this one, or matches
``("word", "prompt", "schema migration")``      the prompt holds the phrase
``("regex", "prompt", pattern)``                the prompt matches
``("known", fact)``                             two-valued: the fact is known
=============================================== =============================================================

Facts are named by their key, such as ``pressure(anthropic)`` or ``spend(task code)/day``.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

Plain = tuple[Any, ...]

ALWAYS: Plain = ("always",)
CONNECTIVES = frozenset({"and", "or", "not"})
MANY_VALUED = frozenset({"has", "haslike", "under", "file", "glob", "word", "regex"})
"""Atoms of facts that hold several things at once, so that two of them can be true together."""


def from_json(data: Any) -> Plain:
    """A condition read from JSON, lists made tuples."""
    return tuple(from_json(part) if isinstance(part, list) else part for part in data)


def plain_atoms(condition: Plain) -> Iterator[Plain]:
    """Every atom, left to right."""
    stack = [condition]
    while stack:
        node = stack.pop()
        if node[0] in CONNECTIVES:
            stack.extend(reversed(node[1:]))
        elif node[0] != "always":
            yield node


def facts_of(condition: Plain) -> tuple[str, ...]:
    """The keys of the facts a condition asks, each once, in order."""
    return tuple(dict.fromkeys(str(atom[1]) for atom in plain_atoms(condition)))


_TIGHTNESS = {"or": 1, "and": 2, "not": 3}


def spell(condition: Plain, outer: int = 0) -> str:
    """The condition in the words of the language, for traces."""
    head = condition[0]
    if head == "always":
        return "always"
    if head == "not":
        return f"not {spell(condition[1], 3)}"
    if head in CONNECTIVES:
        said = [spell(part, _TIGHTNESS[head]) for part in condition[1:] if head == "and" or part[0] != "word"]
        phrases = [f'"{part[2]}"' for part in condition[1:] if head == "or" and part[0] == "word"]
        if phrases:
            listed = f"any ({', '.join(phrases)})" if len(phrases) > 1 else phrases[0]
            said.insert(0, f"prompt contains {listed}")
        text = f" {head} ".join(said)
        return f"({text})" if outer > _TIGHTNESS[head] and len(said) > 1 else text
    return _spell_atom(condition)


def _spell_atom(atom: Plain) -> str:
    head, fact = atom[0], atom[1]
    match head:
        case "known":
            return f"known {fact}"
        case "in" | "has":
            values = atom[2] if head == "in" else (atom[2],)
            return f"{fact} is {values[0]}" if len(values) == 1 else f"{fact} in ({', '.join(values)})"
        case "between":
            return _spell_range(fact, *atom[2:])
        case "word":
            return f'prompt contains "{atom[2]}"'
        case "regex":
            return f'prompt matches r"{atom[2]}"'
    verb = {"under": "under", "file": "is", "glob": "like", "like": "like", "haslike": "like"}[head]
    return f'{fact} {verb} "{atom[2]}"'


def _spell_range(fact: str, low: float | None, high: float | None, low_in: bool, high_in: bool) -> str:
    if fact == "bucket":
        return "the session is in the roll-out"
    if low is not None and low == high:
        return f"{fact} is {spell_number(fact, low)}"
    parts = []
    if low is not None:
        parts.append(f"{fact} {'>=' if low_in else '>'} {spell_number(fact, low)}")
    if high is not None:
        parts.append(f"{fact} {'<=' if high_in else '<'} {spell_number(fact, high)}")
    return " and ".join(parts) or "always"


def spell_number(fact: str, value: float) -> str:
    """A number in the unit of its fact: percent, US dollars, a date, or plain."""
    if fact == "date":
        return date.fromordinal(int(value)).isoformat()
    if fact.startswith(("pressure(", "quota(")) or fact == "confidence":
        return f"{value * 100:g}%"
    if fact.startswith("spend(") or fact == "cost":
        return f"${value:g}" if value < 0.01 else f"${value:.2f}"
    return f"{value:g}"
