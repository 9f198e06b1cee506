"""Which models an effect can mean, and which restrictions can stop them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from router.analyse.cover import Index
from router.analyse.regions import OTHER, Region, meets
from router.analyse.ruled import Policy, Ruled
from router.decide.chain import Context as ChainContext
from router.decide.chain import models_of
from router.decide.globs import target_covers
from router.facts import FACTS
from router.model.terms import COMPLEXITIES, TIERS
from router.policy.nodes import Effect, Target

TASKS = FACTS["task"].values or ()
_PROFILES = ("budget", "balanced", "premium")
_DYNAMIC = {"tier": _PROFILES, "profile": _PROFILES}
_NO_TASK, _NO_COMPLEXITY = "query", "moderate"
"""What selection takes for a task or complexity that is not known."""


@dataclass(slots=True)
class Chains:
    """Answers about the models of one policy's effects."""

    policy: Policy
    _stopping: list[tuple[Ruled, Effect]] = field(default_factory=list)
    _named: tuple[str, ...] = ()
    _indexes: dict[str, Index] = field(default_factory=dict)
    _stoppers: dict[str, list[Ruled]] = field(default_factory=dict)
    _members: dict[tuple[str, str, str, str], tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stopping = list(self.policy.having("deny", "allow"))
        effects = [effect for _, effect in self.policy.having("route", "prefer")]
        self._named = tuple(t.text for effect in effects for t in effect.targets if t.kind == "model")

    def anything(self, target: Target) -> tuple[str, ...]:
        """Every model that a target can mean for some task and complexity, and those of it that the policy names."""
        if target.kind == "model":
            return (target.text,)
        if target.kind in ("provider", "pattern"):
            names = (*self.policy.catalogue.models, *self._named)
            return tuple(dict.fromkeys(m for m in names if target_covers(target.kind, target.text, m)))
        found: dict[str, None] = {}
        for task in TASKS:
            for complexity in COMPLEXITIES:
                for name in _DYNAMIC.get(target.text, (target.text,)):
                    found.update(dict.fromkeys(self._of("chain", name, task, complexity)))
        return tuple(found)

    def stopped(self, item: Ruled, model: str) -> tuple[Ruled, ...]:
        """The restrictions that together stop a model wherever the rule's condition is true; () when none do."""
        owners: dict[int, None] = {}
        index = self._index(model)
        for region in item.live:
            found = index.covering(self._as_asked(region))
            if not found:
                return ()
            owners.update(dict.fromkeys(found))
        return tuple(self.policy.rules[at] for at in owners)

    def _index(self, model: str) -> Index:
        found = self._indexes.get(model)
        if found is None:
            found = self._indexes[model] = self.policy.index()
            for stopper in self._stoppers_of(model):
                for region in stopper.live:
                    found.add(region, stopper.at)
        return found

    def _stoppers_of(self, model: str) -> list[Ruled]:
        found = self._stoppers.get(model)
        if found is None:
            found = self._stoppers[model] = [i for i, e in self._stopping if stops(e, model)]
        return found

    def _as_asked(self, region: Region) -> Region:
        """A region of a route as restrictions see it: those ask the complexity before a downgrade."""
        if not self.policy.lowers or "complexity" not in region.masks:
            return region
        masks = {fact: mask for fact, mask in region.masks.items() if fact != "complexity"}
        return Region(masks, region.slots, region.known)

    def survives(self, effect: Effect, region: Region) -> bool:
        """Whether, wherever a region is true, some model of a route is stopped by nothing."""
        asked, free = self._as_asked(region), dict[str, bool]()
        return all(
            any(self._target_survives(target, asked, free, task, complexity) for target in effect.targets)
            for task in self._seen(region, "task", _NO_TASK)
            for complexity in self._seen(region, "complexity", _NO_COMPLEXITY)
        )

    def _target_survives(
        self, target: Target, region: Region, free: dict[str, bool], task: str, complexity: str
    ) -> bool:
        """Of `@tier` and `@profile` each chain that they can mean must have a model left."""
        names = _DYNAMIC.get(target.text, (target.text,)) if target.kind == "chain" else (target.text,)
        return all(
            any(self._free(model, region, free) for model in self._of(target.kind, name, task, complexity))
            for name in names
        )

    def _free(self, model: str, region: Region, free: dict[str, bool]) -> bool:
        """Whether no restriction can stop a model where a region is true; `free` remembers answers for the region."""
        if model not in free:
            others = [other for stopper in self._stoppers_of(model) for other in stopper.regions]
            may = self.policy.budget.spend(len(others))
            free[model] = may and not any(meets(other, region) for other in others)
        return free[model]

    def _of(self, kind: str, name: str, task: str, complexity: str) -> tuple[str, ...]:
        key = (kind, name, task, complexity)
        if key not in self._members:
            context = ChainContext(task, complexity, TIERS[-1], _PROFILES[1], None, frozenset(), 0)
            self._members[key] = models_of(kind, name, self.policy.catalogue, context)
        return self._members[key]

    def _seen(self, region: Region, fact: str, absent: str) -> Iterator[str]:
        """The values that selection can see in a region; an unknown one, or one of no name, counts as `absent`."""
        values = self.policy.classes.values.get(fact)
        mask = region.masks.get(fact)
        if values is None or mask is None:
            yield from TASKS if fact == "task" else COMPLEXITIES
            return
        for at, value in enumerate(values):
            if mask >> at & 1:
                yield absent if value == OTHER else value


def stops(effect: Effect, model: str) -> bool:
    """Whether a `deny` or `allow only` keeps a model from being used."""
    covered = any(target_covers(target.kind, target.text, model) for target in effect.targets)
    return covered == (effect.kind == "deny")
