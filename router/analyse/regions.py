"""Rows as regions: for each single-valued fact the classes of values that satisfy it, as bits of an integer."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from router.facts import find_fact
from router.policy.compile.normal import Literal, Row
from router.table.conditions import MANY_VALUED

OTHER = "\0other"
"""Stands for every value of an open name that no rule mentions."""


@dataclass(frozen=True, slots=True)
class Region:
    """When a row is true: `masks` by single-valued fact (absent: any value), `slots` literals on others, `known` facts."""

    masks: Mapping[str, int]
    slots: frozenset[Literal]
    known: frozenset[str]

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(self.masks)

    @property
    def empty(self) -> bool:
        return any(mask == 0 for mask in self.masks.values())


class Classes:
    """The classes that the constants of all rows cut each fact's values into."""

    def __init__(self, rows: Iterable[Row]) -> None:
        names: dict[str, dict[str, None]] = {}
        cuts: dict[str, set[float]] = {}
        for literal in (literal for row in rows for literal in row):
            atom = literal.atoms[0]
            if atom[0] == "in":
                names.setdefault(literal.fact, {}).update(dict.fromkeys(atom[2]))
            elif atom[0] == "between":
                cuts.setdefault(literal.fact, set()).update(b for b in (atom[2], atom[3]) if b is not None)
        self.values: dict[str, list[Any]] = {
            fact: _universe(fact, list(found)) for fact, found in names.items()
        }
        self.cuts: dict[str, list[float]] = {fact: sorted(found) for fact, found in cuts.items()}

    def full(self, fact: str) -> int:
        """All classes of a fact."""
        if fact in self.values:
            return (1 << len(self.values[fact])) - 1
        return (1 << (2 * len(self.cuts[fact]) + 1)) - 1

    def region(self, row: Row) -> Region:
        """A row as a region."""
        masks: dict[str, int] = {}
        slots: set[Literal] = set()
        known: set[str] = set()
        for literal in row:
            head = literal.atoms[0][0]
            if head == "known" and literal.positive:
                known.add(literal.fact)
            elif head in MANY_VALUED or head in ("like", "known"):
                slots.add(literal)
            else:
                mask = self._mask(literal)
                masks[literal.fact] = masks.get(literal.fact, self.full(literal.fact)) & mask
        return Region(masks, frozenset(slots), frozenset(known))

    def _mask(self, literal: Literal) -> int:
        atom, fact = literal.atoms[0], literal.fact
        mask = self._names(fact, atom[2]) if atom[0] == "in" else self._cells(fact, atom)
        return mask if literal.positive else self.full(fact) & ~mask

    def _names(self, fact: str, wanted: Sequence[str]) -> int:
        values = self.values[fact]
        return sum(1 << values.index(value) for value in dict.fromkeys(wanted) if value in values)

    def _cells(self, fact: str, atom: tuple[Any, ...]) -> int:
        cuts = self.cuts.setdefault(fact, [])
        low, high, low_in, high_in = atom[2:]
        first = 0 if low is None else 2 * bisect_left(cuts, low) + (1 if low_in else 2)
        last = 2 * len(cuts) if high is None else 2 * bisect_left(cuts, high) + (1 if high_in else 0)
        return ((1 << (last - first + 1)) - 1) << first if last >= first else 0

    def example(self, fact: str, mask: int) -> Any:
        """A value of the lowest class of a mask that is not empty."""
        at = (mask & -mask).bit_length() - 1
        if fact in self.values:
            value = self.values[fact][at]
            return "some-other" if value == OTHER else value
        return _between(self.cuts[fact], at)


def _universe(fact: str, mentioned: list[str]) -> list[Any]:
    known = find_fact(fact)
    if known is not None and known.values is not None:
        return list(known.values)
    return [*mentioned, OTHER]


def _between(cuts: list[float], cell: int) -> float:
    """A number of a cell; whole where the cell holds a whole number next to its cut."""
    if cell % 2:
        return cuts[cell // 2]
    at = cell // 2
    if at == 0:
        return cuts[0] - 1 if cuts else 0.0
    if at == len(cuts):
        return cuts[-1] + 1
    low, high = cuts[at - 1], cuts[at]
    return low + 1 if low + 1 < high else (low + high) / 2


def covers(outer: Region, inner: Region, full: Mapping[str, int]) -> bool:
    """Whether the outer region holds wherever the inner one does."""
    for fact, mask in outer.masks.items():
        # An unknown fact makes a row unknown, so an inner row that does not ask it is not covered.
        if inner.masks.get(fact, full[fact] + 1) & ~mask:
            return False
    if not all(any(implies(has, wants) for has in inner.slots) for wants in outer.slots):
        return False
    asked = (
        inner.facts
        | inner.known
        | {literal.fact for literal in inner.slots if literal.atoms[0][0] != "known"}
    )
    return outer.known <= asked


def implies(has: Literal, wants: Literal) -> bool:
    """Whether one literal's truth makes another's certain."""
    if has.fact != wants.fact or has.positive != wants.positive:
        return False
    if has.positive:
        return all(any(_atom_implies(a, b) for b in wants.atoms) for a in has.atoms)
    return all(any(_atom_implies(a, b) for b in has.atoms) for a in wants.atoms)


def _atom_implies(has: tuple[Any, ...], wants: tuple[Any, ...]) -> bool:
    if has == wants:
        return True
    if wants[0] == "under" and has[0] in ("under", "file"):
        return bool(str(has[2]).startswith(wants[2]))
    return False


def overlap(a: Region, b: Region) -> bool:
    """Whether no single-valued fact keeps two regions apart; literals on other facts may."""
    return all(mask & b.masks[fact] for fact, mask in a.masks.items() if fact in b.masks)
