"""Conditions in disjunctive normal form, with several alternatives of one many-valued fact kept as one literal.

De Morgan's laws and distribution hold in Kleene's logic, so the normal form has the same three values as the
condition it came from (Kleene, Introduction to Metamathematics, 1952, §64).
"""

from dataclasses import dataclass

from router.table.conditions import CONNECTIVES, MANY_VALUED, Plain

MAX_ROWS = 1_000
"""Rows one rule may need."""

MAX_LITERALS = 400
"""Literals one row may have."""


class TooManyRowsError(Exception):
    """A condition needs more than `MAX_ROWS` rows, or one row more than `MAX_LITERALS` literals."""


@dataclass(frozen=True, slots=True)
class Literal:
    """An atom, or several of one many-valued fact of which any suffices, as it stands or negated."""

    fact: str
    atoms: tuple[Plain, ...]
    positive: bool


Row = frozenset[Literal]


def rows_of(condition: Plain) -> tuple[Row, ...]:
    """The rows of a condition: true when some row has all its literals true; raises `TooManyRowsError`."""
    return tuple(_absorb(_normal(condition, True)))


def _normal(node: Plain, positive: bool) -> list[Row]:
    head = node[0]
    if head == "always":
        return [frozenset()] if positive else []
    if head == "not":
        return _normal(node[1], not positive)
    if head not in CONNECTIVES:
        return [frozenset({_literal(node, positive)})]
    either = (head == "or") == positive
    children = _grouped(node[1:], positive, join=(head == "or"))
    return _union(children) if either else _product(children)


def _literal(atom: Plain, positive: bool) -> Literal:
    return Literal(str(atom[1]), (atom,), positive)


def _grouped(nodes: tuple[Plain, ...], positive: bool, join: bool) -> list[list[Row]]:
    """The normal forms of the operands; those of an `or` that ask one many-valued fact become one literal."""
    groups: dict[str, list[Plain]] = {}
    rest: list[list[Row]] = []
    for node in nodes:
        if join and node[0] in MANY_VALUED:
            groups.setdefault(str(node[1]), []).append(node)
        else:
            rest.append(_normal(node, positive))
    for fact, atoms in groups.items():
        rest.append([frozenset({Literal(fact, tuple(dict.fromkeys(atoms)), positive)})])
    return rest


def _union(children: list[list[Row]]) -> list[Row]:
    rows = [row for child in children for row in child]
    if len(rows) > MAX_ROWS:
        raise TooManyRowsError
    return rows


def _product(children: list[list[Row]]) -> list[Row]:
    rows: list[Row] = [frozenset()]
    for child in sorted(children, key=len):
        if len(rows) * len(child) > MAX_ROWS:
            raise TooManyRowsError
        rows = [left | right for left in rows for right in child]
        if any(len(row) > MAX_LITERALS for row in rows):
            raise TooManyRowsError
    return rows


def _absorb(rows: list[Row]) -> list[Row]:
    """Without rows that another row implies: `a or (a and b)` is `a`, in Kleene's logic too."""
    unique = list(dict.fromkeys(rows))
    if len(unique) < 2 or len(unique) > 200:
        return unique
    return [row for row in unique if not any(other < row for other in unique)]
