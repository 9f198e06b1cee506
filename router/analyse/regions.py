"""Rows as regions: for each single-valued fact the classes of values that satisfy it, as bits of an integer."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from router.facts import find_fact
from router.policy.compile.normal import Literal, Row
from router.table.conditions import MANY_VALUED

OTHER = "\0other"
"""Stands for every value of an open name that no rule mentions."""
MOST_SLOTS = 60
"""Literals of one row whose pairs are looked at for a contradiction."""
MOST_ATOM_PAIRS = 400
"""Pairs of atoms of two literals that are compared one by one; beyond, only equal ones count."""


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
    def asked(self) -> frozenset[str]:
        """The facts that are known wherever the row is true."""
        slotted = {literal.fact for literal in self.slots if literal.atoms[0][0] != "known"}
        return self.facts | self.known | slotted

    @property
    def absent(self) -> frozenset[str]:
        """The facts that are unknown wherever the row is true."""
        return frozenset(literal.fact for literal in self.slots if literal.atoms[0][0] == "known")

    @property
    def empty(self) -> bool:
        """Whether the row can never be true."""
        if any(mask == 0 for mask in self.masks.values()) or self.asked & self.absent:
            return True
        few = len(self.slots) <= MOST_SLOTS
        return few and any(_excludes(a, b) for a, b in combinations(self.slots, 2))


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


def _universe(fact: str, mentioned: list[str]) -> list[Any]:
    known = find_fact(fact)
    if known is not None and known.values is not None and known.kind.name == "ordered":
        return list(known.values)
    # A task may be one that no policy can name, such as what is taken over from the turn before.
    return [*dict.fromkeys((*(known.values if known and known.values else ()), *mentioned)), OTHER]


def _excludes(a: Literal, b: Literal) -> bool:
    """Whether two literals of one fact cannot both be true."""
    if a.fact != b.fact or a.positive == b.positive:
        return False
    yes, no = (a, b) if a.positive else (b, a)
    return implies(yes, Literal(no.fact, no.atoms, True))


def covers(outer: Region, inner: Region, full: Mapping[str, int]) -> bool:
    """Whether the outer region is true wherever the inner one is."""
    if not _implied(outer, inner, full):
        return False
    return outer.known <= inner.asked


def covers_firing(outer: Region, inner: Region, full: Mapping[str, int]) -> bool:
    """Whether the outer region is true or unknown wherever the inner one is, as restrictions fire."""
    return outer.known <= inner.known and _implied(outer, inner, full)


def _implied(outer: Region, inner: Region, full: Mapping[str, int]) -> bool:
    for fact, mask in outer.masks.items():
        # An unknown fact makes a row unknown, so an inner row that does not ask it is not covered.
        if inner.masks.get(fact, full[fact] + 1) & ~mask:
            return False
    few = len(inner.slots) <= MOST_SLOTS
    return all(
        wants in inner.slots or (few and any(implies(has, wants) for has in inner.slots))
        for wants in outer.slots
    )


def implies(has: Literal, wants: Literal) -> bool:
    """Whether one literal's truth makes another's certain."""
    if has.fact != wants.fact or has.positive != wants.positive:
        return False
    strong, weak = (has.atoms, wants.atoms) if has.positive else (wants.atoms, has.atoms)
    if len(strong) * len(weak) > MOST_ATOM_PAIRS:
        return set(strong) <= set(weak)
    return all(any(_atom_implies(a, b) for b in weak) for a in strong)


def _atom_implies(has: tuple[Any, ...], wants: tuple[Any, ...]) -> bool:
    if has == wants:
        return True
    if wants[0] == "under" and has[0] in ("under", "file"):
        return bool(str(has[2]).startswith(wants[2]))
    return False


def overlap(a: Region, b: Region) -> bool:
    """Whether nothing that is known of two regions keeps them from being true together; opaque literals may."""
    return meets(a, b) and meets(b, a)


def meets(firing: Region, true: Region) -> bool:
    """Whether one region may be true or unknown where the other is true."""
    if any(not mask & true.masks[fact] for fact, mask in firing.masks.items() if fact in true.masks):
        return False
    if firing.absent & true.asked or firing.known & true.absent:
        return False
    few = len(firing.slots) * len(true.slots) <= MOST_SLOTS * MOST_SLOTS
    return not (few and any(_excludes(a, b) for a in firing.slots for b in true.slots))
