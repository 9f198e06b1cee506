"""Requests that make a condition true, built from its constants."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from router.analyse.sample import sample
from router.decide.kleene import evaluate
from router.facts import find_fact
from router.policy.compile.normal import Literal, Row, TooManyRowsError, rows_of
from router.table.conditions import Plain

MOST_ROWS = 24
ABSENT = "zz-other"
SOME_DAY = float(date(2026, 1, 1).toordinal())
FILLER = "zq"
"""What stands for any text; a part that a policy is unlikely to name, or a witness would fit narrower rules too."""


def witnesses(condition: Plain) -> Iterator[dict[str, Any]]:
    """Facts under which the condition is true, one a row where one was found; facts that are not asked are absent."""
    try:
        rows = rows_of(condition)
    except TooManyRowsError:
        return
    for row in rows[:MOST_ROWS]:
        facts = facts_for(row)
        if facts is not None and evaluate(condition, facts) is True:
            yield facts


def facts_for(row: Row) -> dict[str, Any] | None:
    """Facts that should make every literal of a row true; None when two of them cannot be joined."""
    facts: dict[str, Any] = {}
    by_fact: dict[str, list[Literal]] = {}
    for literal in sorted(row, key=repr):
        by_fact.setdefault(literal.fact, []).append(literal)
    for fact, literals in by_fact.items():
        if any(x.atoms[0][0] == "known" and not x.positive for x in literals):
            continue
        value = _value(fact, [x for x in literals if x.atoms[0][0] != "known"])
        if value is None:
            return None
        facts[fact] = value
    return facts


def _value(fact: str, literals: list[Literal]) -> Any:
    wanted = [x for x in literals if x.positive]
    kind = _kind(fact)
    if kind == "text":
        return " ".join(text for x in wanted for text in _texts(x)) or ABSENT
    if kind in ("paths", "names"):
        return tuple(_filled(str(x.atoms[0][2]), x.atoms[0][0]) for x in wanted) or (ABSENT,)
    if kind in ("number", "percent", "money", "date"):
        return _number(fact, literals)
    names = [set(x.atoms[0][2]) for x in wanted if x.atoms[0][0] == "in"]
    unwanted = {v for x in literals if not x.positive and x.atoms[0][0] == "in" for v in x.atoms[0][2]}
    if names:
        left = sorted(set.intersection(*names) - unwanted)
        return left[0] if left else _other(fact, unwanted)
    globs = [x for x in wanted if x.atoms[0][0] == "like"]
    return _filled(str(globs[0].atoms[0][2]), "like") if globs else _other(fact, unwanted)


def _kind(fact: str) -> str:
    known = find_fact(fact.partition("(")[0])
    return known.kind.name if known else "number"


def _texts(literal: Literal) -> list[str]:
    head, _, text = literal.atoms[0]
    return [str(text) if head == "word" else sample(str(text))]


def _filled(text: str, head: str) -> str:
    if head == "under":
        return f"{text}{FILLER}"
    return text.replace("**/", "").replace("**", FILLER).replace("*", FILLER).replace("?", "z")


def _other(fact: str, unwanted: set[str]) -> str | None:
    """A value that is not unwanted; None when a closed set has none left."""
    known = find_fact(fact)
    if known is not None and known.values is not None:
        return next((value for value in known.values if value not in unwanted), None)
    return ABSENT


def _number(key: str, literals: list[Literal]) -> float:
    """A number of the fact's range that satisfies every interval, looked for at and around their ends."""
    ends: list[float] = sorted({b for x in literals for b in x.atoms[0][2:4] if b is not None})
    tries = [v for end in ends for v in (end, end + 1, end - 1, end + 0.001, end - 0.001)]
    tries += [(a + b) / 2 for a, b in pairwise(ends)]
    tries += [SOME_DAY if _kind(key) == "date" else 0.0, 1.0]
    usable = [value for value in tries if in_range(key, value)]
    for value in usable:
        if all((evaluate(x.atoms[0], {x.fact: value}) is True) == x.positive for x in literals):
            return value
    return usable[0]


def in_range(key: str, value: float) -> bool:
    """Whether a number is one that the fact can have."""
    fact = find_fact(key.partition("(")[0])
    if fact is None:
        return value >= 0 and value == int(value)
    whole = fact.whole or fact.kind.name == "date"
    low = 1 if fact.kind.name == "date" else fact.low or 0
    return value >= low and (fact.high is None or value <= fact.high) and not (whole and value != int(value))
