"""Which regions, alone or together, hold wherever another does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from router.analyse.regions import Region, covers
from router.policy.compile.normal import Literal

MOST_KEYS = 512
MOST_COMPARED = 4_000
MOST_SPLITS = 200
MOST_IN_ALL = 4_000_000
"""Comparisons of one run; past it nothing more is found, so that hostile policies end in time."""


@dataclass(slots=True)
class Budget:
    """How many comparisons are left, shared by all that one run asks."""

    left: int = MOST_IN_ALL

    def spend(self, count: int) -> bool:
        """Whether so many may still be made."""
        self.left -= count
        return self.left > 0


_Key = tuple[frozenset[str], frozenset[Literal]]


@dataclass(slots=True)
class Index:
    """Regions with their owners, found by the facts and literals they ask, so that few are ever compared."""

    full: Mapping[str, int]
    budget: Budget
    covers: Callable[[Region, Region, Mapping[str, int]], bool] = covers
    buckets: dict[_Key, list[tuple[Region, int]]] = field(default_factory=dict)

    def add(self, region: Region, owner: int) -> None:
        self.buckets.setdefault((region.facts, region.slots), []).append((region, owner))

    def _keys(self, inner: Region) -> list[_Key]:
        """The keys of regions that ask nothing that `inner` does not, those that ask least first."""
        fact_sets, slot_sets = _subsets(sorted(inner.facts)), _literal_sets(inner)
        if len(fact_sets) * len(slot_sets) > len(self.buckets):
            return [key for key in self.buckets if key[0] <= inner.facts and len(key[1]) <= len(inner.slots)]
        return [
            (facts, slots) for facts in fact_sets for slots in slot_sets if (facts, slots) in self.buckets
        ]

    def covering(self, inner: Region) -> tuple[int, ...]:
        """Owners of regions that together hold wherever `inner` does; () when they do not, or the budget ran out."""
        if not self.budget.spend(1):
            return ()
        keys = self._keys(inner)
        hits = [owner for key in keys for owner in self._first(key, inner)]
        if hits:
            return (min(hits),)
        near = [pair for key in keys for pair in self.buckets[key][:MOST_COMPARED]][:MOST_COMPARED]
        return self._jointly(inner, sorted(near, key=lambda pair: pair[1]))

    def _first(self, key: _Key, inner: Region) -> tuple[int, ...]:
        """The first owner of a bucket whose region alone covers."""
        for region, owner in self.buckets[key][:MOST_COMPARED]:
            if not self.budget.spend(1):
                return ()
            if self.covers(region, inner, self.full):
                return (owner,)
        return ()

    def _jointly(self, inner: Region, near: Sequence[tuple[Region, int]]) -> tuple[int, ...]:
        """Split what is left of a region along one fact at a time until each part is covered by one owner."""
        owners: dict[int, None] = {}
        left, splits = [inner], 0
        while left:
            part = left.pop()
            hit = next((owner for region, owner in near if self.covers(region, part, self.full)), None)
            if hit is not None:
                owners[hit] = None
                continue
            rest = self._split(part, near)
            splits += 1
            if rest is None or splits > MOST_SPLITS or not self.budget.spend(2 * len(near)):
                return ()
            left += rest
        return tuple(sorted(owners))

    def _split(self, part: Region, near: Sequence[tuple[Region, int]]) -> list[Region] | None:
        for region, _ in near:
            differing = [f for f, m in region.masks.items() if part.masks[f] & ~m]
            if not differing or any(not part.masks[f] & region.masks[f] for f in differing):
                continue
            if not self.covers(_with(region, part, differing), part, self.full):
                continue
            fact = differing[0]
            inside, outside = part.masks[fact] & region.masks[fact], part.masks[fact] & ~region.masks[fact]
            return [
                Region({**part.masks, fact: inside}, part.slots, part.known),
                Region({**part.masks, fact: outside}, part.slots, part.known),
            ]
        return None


def _with(region: Region, part: Region, facts: Sequence[str]) -> Region:
    """The region widened on some facts, to see whether everything else covers."""
    return Region({**region.masks, **{f: part.masks[f] for f in facts}}, region.slots, region.known)


def _subsets(facts: list[str]) -> list[frozenset[str]]:
    if len(facts) > 8:
        return [frozenset(facts)] * (MOST_KEYS + 1)
    return [frozenset(c) for size in range(len(facts) + 1) for c in combinations(facts, size)]


def _literal_sets(inner: Region) -> list[frozenset[Literal]]:
    """Sets of literals that those of `inner` may imply: each left out, kept, or, for a folder, one above it."""
    sets: list[frozenset[Literal]] = [frozenset()]
    for literal in inner.slots:
        weaker = [literal, *_folders_above(literal)]
        sets += [old | {new} for old in sets for new in weaker]
        if len(sets) > MOST_KEYS:
            return sets[: MOST_KEYS + 1]
    return sets


def _folders_above(literal: Literal) -> list[Literal]:
    atom = literal.atoms[0]
    if not literal.positive or len(literal.atoms) != 1 or atom[0] not in ("under", "file"):
        return []
    parts = str(atom[2]).rstrip("/").split("/")[:-1]
    above = ["/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1)]
    return [Literal(literal.fact, (("under", atom[1], text),), True) for text in ["", *above]]
