"""The value of a condition: true, false, or None for unknown (Kleene's strong logic, 1952)."""

from typing import Any

from router.decide.globs import glob_matches
from router.decide.scan import HEAD_CHARS, TAIL_CHARS, clean, holds_phrase
from router.model.decision import Facts
from router.table.conditions import Plain
from router.table.globs import path_pattern

Truth = bool | None


def evaluate(condition: Plain, facts: Facts) -> Truth:
    """The truth of a plain condition; never raises, whatever the facts hold."""
    head = condition[0]
    if head == "always":
        return True
    if head == "not":
        inner = evaluate(condition[1], facts)
        return None if inner is None else not inner
    if head in ("and", "or"):
        return _joined(condition, facts, decisive=head == "or")
    return evaluate_atom(condition, facts)


def _joined(condition: Plain, facts: Facts, decisive: bool) -> Truth:
    result: Truth = not decisive
    for part in condition[1:]:
        value = evaluate(part, facts)
        if value is decisive:
            return decisive
        if value is None:
            result = None
    return result


def evaluate_atom(atom: Plain, facts: Facts) -> Truth:
    """The truth of one atom."""
    value = facts.get(atom[1])
    if atom[0] == "known":
        return value is not None
    if value is None:
        return None
    match atom[0]:
        case "in":
            return value in atom[2]
        case "between":
            return _between(value, *atom[2:])
        case "like":
            return glob_matches(atom[2], value)
        case "word" | "regex":
            return _in_prompt(atom, value)
    return any(_among(atom[0], atom[2], item) for item in value)


def _between(value: float, low: float | None, high: float | None, low_in: bool, high_in: bool) -> bool:
    above = low is None or value > low or (low_in and value == low)
    below = high is None or value < high or (high_in and value == high)
    return above and below


def _among(head: str, wanted: str, item: str) -> bool:
    match head:
        case "has" | "file":
            return item == wanted
        case "haslike":
            return glob_matches(wanted, item)
        case "under":
            return f"{item}/".startswith(wanted)
        case _:
            return _regex_found(path_pattern(wanted), item)


def _in_prompt(atom: Plain, prompt: str) -> Truth:
    """Found, not found, or unknown when the part of a long prompt that was looked at does not hold it."""
    whole = len(prompt) <= HEAD_CHARS + TAIL_CHARS
    text = prompt if whole else f"{prompt[:HEAD_CHARS]}\n{prompt[-TAIL_CHARS:]}"
    if atom[0] == "word":
        found = holds_phrase(" ".join(text.casefold().split()), atom[2])
    else:
        found = _regex_found(atom[2], text)
    return True if found else False if whole else None


def _regex_found(pattern: str, text: str) -> bool:
    import re2

    found: Any = re2.search(pattern, clean(text))
    return found is not None
