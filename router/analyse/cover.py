"""Which regions, alone or together, hold wherever another does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from router.analyse.regions import Region, covers
from router.policy.compile.normal import Literal

MOST_KEYS = 512
MOST_COMPARED = 4_000
MOST_SPLITS = 200
MOST_IN_ALL = 8_000_000
"""Comparisons of one index; past it nothing more is found to be covered, so that hostile policies end in time."""


@dataclass(slots=True)
class Index:
    """Regions with their owners, found by the facts and literals they ask, so that few are ever compared."""

    full: Mapping[str, int]
    covers: Callable[[Region, Region, Mapping[str, int]], bool] = covers
    buckets: dict[tuple[frozenset[str], frozenset[Literal]], list[tuple[Region, int]]] = field(
        default_factory=dict
    )
    left: int = MOST_IN_ALL

    def add(self, region: Region, owner: int) -> None:
        self.buckets.setdefault((region.facts, region.slots), []).append((region, owner))

    def candidates(self, inner: Region) -> list[tuple[Region, int]]:
        """Regions that ask nothing that `inner` does not, in the order they were added, at most `MOST_COMPARED`."""
        found: list[tuple[Region, int]] = []
        fact_sets = _subsets(sorted(inner.facts))
        slot_sets = _literal_sets(inner)
        if len(fact_sets) * len(slot_sets) > len(self.buckets):
            keys = [key for key in self.buckets if key[0] <= inner.facts and len(key[1]) <= len(inner.slots)]
        else:
            keys = [
                (facts, slots) for facts in fact_sets for slots in slot_sets if (facts, slots) in self.buckets
            ]
        for key in keys:
            found += self.buckets[key]
            if len(found) > MOST_COMPARED:
                break
        return sorted(found[:MOST_COMPARED], key=lambda pair: pair[1])

    def covering(self, inner: Region) -> tuple[int, ...]:
        """Owners of regions that together hold wherever `inner` does; () when they do not, or the budget ran out."""
        if self.left <= 0:
            return ()
        near = self.candidates(inner)
        self.left -= len(near)
        for region, owner in near:
            if self.covers(region, inner, self.full):
                return (owner,)
        return self._jointly(inner, near)

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
            if rest is None or splits > MOST_SPLITS:
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
