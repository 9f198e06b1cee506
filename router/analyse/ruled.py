"""A policy's rules with the regions in which they match: what every check of the whole works on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from router.analyse.cover import Budget, Index
from router.analyse.regions import Classes, Region, covers
from router.model.catalogue import Catalogue
from router.model.terms import RESTRICTIONS
from router.policy.compile.lower import Lowering, rule_condition
from router.policy.compile.normal import rows_of
from router.policy.compile.order import Placed, in_order
from router.policy.compile.records import bucket_offset
from router.policy.nodes import LAYERS, Effect, Layer, LayerName
from router.table.conditions import Plain

QUIET = ("built-in", "environment")
"""Layers whose rules are there to be overridden."""


@dataclass(frozen=True, slots=True, eq=False)
class Ruled:
    """A rule with its place in the order, its condition and its regions; equal only to itself."""

    at: int
    placed: Placed
    condition: Plain
    regions: tuple[Region, ...]
    live: tuple[Region, ...]
    """The regions in which the rule can be true."""

    @property
    def name(self) -> str:
        return self.placed.rule.name.text

    @property
    def layer(self) -> LayerName:
        return self.placed.layer

    @property
    def locked(self) -> bool:
        return self.placed.rule.lock is not None

    @property
    def quiet(self) -> bool:
        return self.placed.layer in QUIET

    def effects(self, *kinds: str) -> Iterator[Effect]:
        return (effect for effect in self.placed.rule.effects if effect.kind in kinds)

    def effect(self, kind: str) -> Effect | None:
        return next(self.effects(kind), None)


@dataclass(frozen=True, slots=True)
class Policy:
    """All rules, strongest first; `full` are all classes of each fact; `lowers` when some rule downgrades."""

    layers: tuple[Layer, ...]
    catalogue: Catalogue
    rules: tuple[Ruled, ...]
    full: Mapping[str, int]
    classes: Classes
    lowers: bool
    budget: Budget

    def index(self, covered: Callable[[Region, Region, Mapping[str, int]], bool] = covers) -> Index:
        """An empty index of this policy's regions."""
        return Index(self.full, self.budget, covered)

    def having(self, *kinds: str) -> Iterator[tuple[Ruled, Effect]]:
        """Rules with each of their effects of these kinds."""
        return ((item, effect) for item in self.rules for effect in item.effects(*kinds))


def policy_of(layers: Sequence[Layer], catalogue: Catalogue) -> Policy:
    """The policy of layers that have passed the checks and compile."""
    lowerings = {
        layer.name: Lowering({let.name.text: let.condition for file in layer.files for let in file.lets})
        for layer in layers
    }
    placed = in_order(layers)
    conditions = [rule_condition(p.rule, lowerings[p.layer], bucket_offset(p.rule.name.text)) for p in placed]
    rows = [rows_of(condition) for condition in conditions]
    classes = Classes(row for group in rows for row in group)
    regions = [tuple(classes.region(row) for row in group) for group in rows]
    rules = tuple(
        Ruled(at, p, condition, own, tuple(region for region in own if not region.empty))
        for at, (p, condition, own) in enumerate(zip(placed, conditions, regions, strict=True))
    )
    full = {fact: classes.full(fact) for fact in (*classes.values, *classes.cuts)}
    lowers = any(item.effect("downgrade") for item in rules)
    return Policy(tuple(layers), catalogue, rules, full, classes, lowers, Budget())


def broadest_first(item: Ruled) -> tuple[int, int, int]:
    """A sort key: what asks less can cover what asks more; of equals the higher layer counts, then the order."""
    asks = min((len(r.masks) + len(r.slots) + len(r.known) for r in item.regions), default=0)
    return asks, -LAYERS.index(item.layer), item.at


def owners_of(regions: Sequence[Region], index: Index) -> tuple[int, ...]:
    """Owners that together cover all regions; () when some region is not covered, or there is none."""
    owners: dict[int, None] = {}
    for region in regions:
        found = index.covering(region)
        if not found:
            return ()
        owners.update(dict.fromkeys(found))
    return tuple(sorted(owners))


def restricts(item: Ruled) -> bool:
    """Whether some effect fires on an unknown condition."""
    return any(True for _ in item.effects(*RESTRICTIONS))
