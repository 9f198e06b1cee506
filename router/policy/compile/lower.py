"""Nodes become plain conditions: `let` names are put in place, closed sets are written out, values get the fact's form."""

from collections.abc import Callable, Mapping
from datetime import date
from fnmatch import fnmatchcase

from router.facts import find_fact
from router.facts.keys import fact_key
from router.facts.kind import Fact
from router.model.terms import BUCKETS
from router.policy.nodes import And, Compare, Condition, FactRef, Known, LetRef, Not, Or, Rule, Value
from router.table.conditions import ALWAYS, Plain

MAX_ATOMS = 20_000
"""Atoms one rule may have once its `let` names are in place; doubling lets would grow without bound."""


class TooLargeError(Exception):
    """A condition grows over `MAX_ATOMS` when its `let` names are put in place."""


class Lowering:
    """Lowers conditions of one layer; equal `let` names are lowered once and shared."""

    def __init__(self, lets: Mapping[str, Condition]) -> None:
        self._lets = lets
        self._done: dict[str, tuple[Plain, int]] = {}

    def condition(self, node: Condition) -> Plain:
        """The plain form of a condition; raises `TooLargeError`."""
        plain, size = self._lower(node)
        if size > MAX_ATOMS:
            raise TooLargeError
        return plain

    def _lower(self, node: Condition) -> tuple[Plain, int]:
        match node:
            case And(operands) | Or(operands):
                parts = [self._lower(operand) for operand in operands]
                head = "and" if isinstance(node, And) else "or"
                return (head, *(plain for plain, _ in parts)), self._bounded(sum(size for _, size in parts))
            case Not(operand):
                plain, size = self._lower(operand)
                return ("not", plain), size
            case Known(fact):
                return ("known", _key(fact)), 1
            case LetRef(name):
                if name not in self._done:
                    self._done[name] = self._lower(self._lets[name])
                return self._done[name]
            case Compare():
                return lower_compare(node), max(1, len(node.values))

    def _bounded(self, size: int) -> int:
        if size > MAX_ATOMS:
            raise TooLargeError
        return size


def _key(fact: FactRef, values: tuple[Value, ...] = ()) -> str:
    period = values[0].period if values else None
    return fact_key(fact.name, fact.argument, period)


def lower_compare(node: Compare) -> Plain:
    """One comparison as plain atoms."""
    fact = find_fact(node.fact.name)
    assert fact is not None, "unknown facts are reported before a policy is compiled"
    key = _key(node.fact, node.values)
    plain = _BY_KIND[fact.kind.name](fact, key, node)
    return ("not", plain) if node.operator in ("is not", "not in") else plain


def _any_of(parts: list[Plain]) -> Plain:
    return parts[0] if len(parts) == 1 else ("or", *parts)


def _texts(node: Compare) -> list[str]:
    return [str(value.value) for value in node.values]


def _lower_name(fact: Fact, key: str, node: Compare) -> Plain:
    if node.operator != "like":
        return ("in", key, tuple(dict.fromkeys(_texts(node))))
    if fact.values is None:
        return _any_of([("like", key, glob) for glob in _texts(node)])
    globs = _texts(node)
    return ("in", key, tuple(v for v in fact.values if any(fnmatchcase(v, glob) for glob in globs)))


def _lower_ordered(fact: Fact, key: str, node: Compare) -> Plain:
    assert fact.values is not None
    if node.operator not in _ORDER:
        return _lower_name(fact, key, node)
    at = fact.values.index(str(node.values[0].value))
    keep = _ORDER[node.operator]
    return ("in", key, tuple(v for i, v in enumerate(fact.values) if keep(i, at)))


_ORDER: dict[str, Callable[[int, int], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _lower_names(fact: Fact, key: str, node: Compare) -> Plain:
    head = "haslike" if node.operator == "like" else "has"
    return _any_of([(head, key, text) for text in _texts(node)])


def _lower_paths(fact: Fact, key: str, node: Compare) -> Plain:
    if node.operator == "under":
        return _any_of([("under", key, folder(text)) for text in _texts(node)])
    head = "glob" if node.operator == "like" else "file"
    return _any_of([(head, key, text.removeprefix("./")) for text in _texts(node)])


def folder(text: str) -> str:
    """The canonical form of a folder: relative, with a slash at the end; the root is the empty text."""
    trimmed = text.removeprefix("./").strip("/")
    return f"{trimmed}/" if trimmed and trimmed != "." else ""


def _lower_text(fact: Fact, key: str, node: Compare) -> Plain:
    if node.operator == "matches":
        return _any_of([("regex", key, text) for text in _texts(node)])
    parts: list[Plain] = [("word", key, phrase(text)) for text in _texts(node)]
    return ("and", *parts) if node.operator == "contains all" and len(parts) > 1 else _any_of(parts)


def phrase(text: str) -> str:
    """A phrase as it is looked for: case-folded, runs of white space made one blank."""
    return " ".join(text.casefold().split())


def _lower_number(fact: Fact, key: str, node: Compare) -> Plain:
    numbers = [_number(value) for value in node.values]
    match node.operator:
        case "<":
            return ("between", key, None, numbers[0], False, False)
        case "<=":
            return ("between", key, None, numbers[0], False, True)
        case ">":
            return ("between", key, numbers[0], None, False, False)
        case ">=":
            return ("between", key, numbers[0], None, True, False)
        case "in range":
            return _range(key, numbers[0], numbers[1])
    return _any_of([("between", key, n, n, True, True) for n in numbers])


def _range(key: str, low: float, high: float) -> Plain:
    """Both ends included; a range whose end lies before its start runs over midnight."""
    if low <= high:
        return ("between", key, low, high, True, True)
    return ("or", ("between", key, low, None, True, False), ("between", key, None, high, False, True))


def _number(value: Value) -> float:
    return float(value.value.toordinal()) if isinstance(value.value, date) else float(value.value)


_BY_KIND = {
    "name": _lower_name,
    "names": _lower_names,
    "ordered": _lower_ordered,
    "paths": _lower_paths,
    "text": _lower_text,
    "number": _lower_number,
    "percent": _lower_number,
    "money": _lower_number,
    "date": _lower_number,
}


def rule_condition(rule: Rule, lowering: Lowering, offset: int) -> Plain:
    """The whole condition of a rule: `when`, not `unless`, `until`, and its share of sessions.

    `offset` turns the session's bucket, so that rules with equal shares pick different sessions.
    """
    parts: list[Plain] = []
    if rule.when is not None:
        parts.append(lowering.condition(rule.when))
    if rule.unless is not None:
        parts.append(("not", lowering.condition(rule.unless)))
    if rule.until is not None:
        parts.append(("between", "date", None, _number(rule.until), False, True))
    if rule.rollout is not None:
        parts.append(_share(float(rule.rollout.value), offset))  # type: ignore[arg-type]
    return ALWAYS if not parts else parts[0] if len(parts) == 1 else ("and", *parts)


def _share(share: float, offset: int) -> Plain:
    width = round(share * BUCKETS)
    if width >= BUCKETS:
        return ("between", "bucket", None, None, False, False)
    if width <= 0:
        return ("between", "bucket", BUCKETS, None, True, False)
    return _range("bucket", offset, (offset + width - 1) % BUCKETS)
