"""Rows become columns: for each fact, what every value changes against the column's default."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from router.policy.compile.normal import Literal, Row
from router.table.conditions import MANY_VALUED, Plain


@dataclass(slots=True)
class Column:
    """One column while it is built.

    `default`: rows that do not mind, or are content with a value that no row names; `unknown`: rows that pass
    when the fact is unknown; `delta[key]`: rows whose bit differs from the default under that key.

    ======= ============================================================================
    kind    key
    ======= ============================================================================
    names   a value of the fact
    cells   the index of a cell: 2k is the gap before cut k, 2k+1 is cut k itself
    slot    the index of a literal in `literals`; deltas of all true literals add up
    known   none: `default` are the rows that pass when the fact is known
    ======= ============================================================================
    """

    kind: str
    fact: str
    default: set[int]
    unknown: set[int]
    delta: dict[Any, set[int]] = field(default_factory=dict)
    cuts: tuple[float, ...] = ()


@dataclass(slots=True)
class Literals:
    """Literals over many-valued facts, numbered: what the scan of one fact must find out."""

    fact: str
    numbers: dict[tuple[Plain, ...], int] = field(default_factory=dict)

    def number(self, atoms: tuple[Plain, ...]) -> int:
        return self.numbers.setdefault(tuple(sorted(atoms, key=repr)), len(self.numbers))


def build_columns(rows: list[Row], restricts: list[bool]) -> tuple[list[Column], list[Literals]]:
    """All columns of the table and the literals their slots refer to."""
    by_fact: dict[str, dict[int, list[Literal]]] = {}
    known: dict[str, dict[int, list[Literal]]] = {}
    for index, row in enumerate(rows):
        for literal in row:
            target = known if literal.atoms[0][0] == "known" else by_fact
            target.setdefault(literal.fact, {}).setdefault(index, []).append(literal)
    everyone = set(range(len(rows)))
    strict = {index for index, flag in enumerate(restricts) if flag}
    columns: list[Column] = []
    literals: list[Literals] = []
    for fact, wanted in by_fact.items():
        built, numbered = _fact_columns(fact, wanted, everyone, strict)
        columns += built
        literals += numbered
    columns += [_known_column(fact, wanted, everyone) for fact, wanted in known.items()]
    return columns, literals


def _known_column(fact: str, wanted: Mapping[int, list[Literal]], everyone: set[int]) -> Column:
    default, unknown = set(everyone), set(everyone)
    for row, literals in wanted.items():
        for literal in literals:
            (unknown if literal.positive else default).discard(row)
    return Column("known", fact, default, unknown)


def _fact_columns(
    fact: str, wanted: Mapping[int, list[Literal]], everyone: set[int], strict: set[int]
) -> tuple[list[Column], list[Literals]]:
    """A single-valued fact has at most one column of values and slots for its globs; others have slots only."""
    plain: dict[int, list[Literal]] = {}
    slotted: dict[int, list[Literal]] = {}
    for row, literals in wanted.items():
        for literal in literals:
            head = literal.atoms[0][0]
            target = slotted if head in MANY_VALUED or head == "like" else plain
            target.setdefault(row, []).append(literal)
    columns: list[Column] = []
    if plain:
        head = next(iter(plain.values()))[0].atoms[0][0]
        build = _names_column if head == "in" else _cells_column
        columns.append(build(fact, plain, everyone, strict))
    if not slotted:
        return columns, []
    numbers = Literals(fact)
    return columns + _slot_columns(fact, slotted, everyone, strict, numbers), [numbers]


def _names_column(
    fact: str, wanted: Mapping[int, list[Literal]], everyone: set[int], strict: set[int]
) -> Column:
    column = Column("names", fact, set(everyone), (everyone - wanted.keys()) | (wanted.keys() & strict))
    for row, literals in wanted.items():
        allowed, excluded = _name_set(literals)
        if allowed is not None:
            column.default.discard(row)
        for value in excluded if allowed is None else allowed:
            column.delta.setdefault(value, set()).add(row)
    return column


def _name_set(literals: Iterable[Literal]) -> tuple[set[str] | None, set[str]]:
    """The values that satisfy all literals: those allowed, or (None) all but the excluded ones."""
    allowed: set[str] | None = None
    excluded: set[str] = set()
    for literal in literals:
        values = set(literal.atoms[0][2])
        if literal.positive:
            allowed = values if allowed is None else allowed & values
        else:
            excluded |= values
    return (None if allowed is None else allowed - excluded), excluded


def _cells_column(
    fact: str, wanted: Mapping[int, list[Literal]], everyone: set[int], strict: set[int]
) -> Column:
    cuts = _cuts(literal.atoms[0] for literals in wanted.values() for literal in literals)
    column = Column("cells", fact, everyone - wanted.keys(), set(), cuts=cuts)
    column.unknown = column.default | (wanted.keys() & strict)
    for row, literals in wanted.items():
        spans = [(0, 2 * len(cuts))]
        for literal in literals:
            spans = _cut_spans(spans, _cells(literal.atoms[0], cuts), literal.positive, 2 * len(cuts))
        for first, last in spans:
            # Cells are stored as toggles against the cell before, so a row costs two entries however wide it is.
            column.delta.setdefault(first, set()).symmetric_difference_update({row})
            column.delta.setdefault(last + 1, set()).symmetric_difference_update({row})
    return column


def _cuts(betweens: Iterable[Plain]) -> tuple[float, ...]:
    return tuple(sorted({bound for atom in betweens for bound in (atom[2], atom[3]) if bound is not None}))


def _cells(atom: Plain, cuts: tuple[float, ...]) -> tuple[int, int]:
    """First and last cell of an interval; last < first when it is empty."""
    _, _, low, high, low_in, high_in = atom
    first = 0 if low is None else 2 * bisect_left(cuts, low) + (1 if low_in else 2)
    last = 2 * len(cuts) if high is None else 2 * bisect_left(cuts, high) + (1 if high_in else 0)
    return first, last


def _cut_spans(
    spans: list[tuple[int, int]], cells: tuple[int, int], positive: bool, top: int
) -> list[tuple[int, int]]:
    first, last = cells
    keep = [(first, last)] if positive else [(0, first - 1), (last + 1, top)]
    if not positive and last < first:
        keep = [(0, top)]
    return [(max(a, c), min(b, d)) for a, b in spans for c, d in keep if max(a, c) <= min(b, d)]


def _slot_columns(
    fact: str, wanted: Mapping[int, list[Literal]], everyone: set[int], strict: set[int], numbers: Literals
) -> list[Column]:
    """Slot k holds each row's k-th literal, so that in one column a row depends on one literal only."""
    columns: list[Column] = []
    for row, literals in wanted.items():
        for at, literal in enumerate(sorted(literals, key=repr)):
            if at == len(columns):
                columns.append(Column("slot", fact, set(everyone), set(everyone)))
            column = columns[at]
            if literal.positive:
                column.default.discard(row)
            if row not in strict:
                column.unknown.discard(row)
            column.delta.setdefault(numbers.number(literal.atoms), set()).add(row)
    return columns
