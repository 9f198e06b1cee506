"""What a policy's rules come to together: rules that never win, caps that never bind, chains that are all denied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from router.analyse.cover import Index
from router.analyse.pages import PAGES
from router.analyse.regions import Classes, Region, covers, overlap
from router.base.problems import Note, Problem, warning
from router.decide.globs import target_covers
from router.model.catalogue import Catalogue
from router.policy.compile.lower import Lowering, rule_condition
from router.policy.compile.normal import Row, rows_of
from router.policy.compile.order import Placed, in_order
from router.policy.compile.records import bucket_offset
from router.policy.nodes import FIRST_MATCH, RESTRICTIONS, Effect, Layer
from router.policy.parse.printer import print_effect

MOST_OVERLAPS = 20
_QUIET = ("built-in", "environment")
"""Layers whose rules are there to be overridden."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A rule with its regions."""

    placed: Placed
    regions: tuple[Region, ...]

    @property
    def name(self) -> str:
        return self.placed.rule.name.text

    def effect(self, kind: str) -> Effect | None:
        return next((effect for effect in self.placed.rule.effects if effect.kind == kind), None)


def check_policy(
    layers: Sequence[Layer], catalogue: Catalogue, *, pedantic: bool = False
) -> tuple[Problem, ...]:
    """Faults of the rules taken together; `layers` must have passed the checks and compile."""
    ruled, classes, full = _ruled(layers)
    problems = [*_never_true(ruled), *_unreachable(ruled, classes, full)]
    problems += [*_idle_caps(ruled, full), *_denied_chains(ruled, catalogue, classes, full)]
    if pedantic:
        problems += _overlaps(ruled)
    return tuple(problems)


def _ruled(layers: Sequence[Layer]) -> tuple[list[Ruled], Classes, dict[str, int]]:
    lowerings = {
        layer.name: Lowering({let.name.text: let.condition for file in layer.files for let in file.lets})
        for layer in layers
    }
    placed = in_order(layers)
    rows: list[tuple[Row, ...]] = [
        rows_of(rule_condition(p.rule, lowerings[p.layer], bucket_offset(p.rule.name.text))) for p in placed
    ]
    classes = Classes(row for group in rows for row in group)
    ruled = [
        Ruled(p, tuple(classes.region(row) for row in group)) for p, group in zip(placed, rows, strict=True)
    ]
    full = {fact: classes.full(fact) for fact in (*classes.values, *classes.cuts)}
    return ruled, classes, full


def _never_true(ruled: Sequence[Ruled]) -> Iterator[Problem]:
    for item in ruled:
        rule = item.placed.rule
        restricts = any(effect.kind in RESTRICTIONS for effect in rule.effects)
        if not restricts and all(region.empty for region in item.regions) and item.placed.layer not in _QUIET:
            yield warning(
                "R402",
                f"the condition of `{item.name}` can never be true",
                rule.name.span,
                "its parts exclude each other",
            )


def _unreachable(ruled: Sequence[Ruled], classes: Classes, full: dict[str, int]) -> Iterator[Problem]:
    indexes = {kind: Index(classes, full) for kind in sorted(FIRST_MATCH)}
    for at, item in enumerate(ruled):
        for effect in item.placed.rule.effects:
            index = indexes.get(effect.kind)
            if index is None:
                continue
            hiding = _hiding(item, index)
            if hiding and item.placed.layer not in _QUIET:
                yield from _report(item, effect, [ruled[owner] for owner in hiding])
            for region in item.regions:
                if not region.empty:
                    index.add(region, at)


def _hiding(item: Ruled, index: Index) -> tuple[int, ...]:
    """Rules that together stand before this one wherever it matches; () when it can win."""
    owners: dict[int, None] = {}
    regions = [region for region in item.regions if not region.empty]
    for region in regions:
        found = index.covering(region)
        if not found:
            return ()
        owners.update(dict.fromkeys(found))
    return tuple(sorted(owners))


def _report(item: Ruled, effect: Effect, hiding: Sequence[Ruled]) -> Iterator[Problem]:
    """A rule that another layer overrides is the layers' purpose, unless a lock does it."""
    locked = [other for other in hiding if other.placed.rule.lock is not None]
    if not locked and any(other.placed.layer != item.placed.layer for other in hiding):
        return
    notes = [
        Note(
            f"`{other.name}` stands before it: {print_effect(_own(other, effect))}",
            other.placed.rule.name.span,
        )
        for other in hiding[:4]
    ]
    if effect.kind == "route":
        notes.append(
            Note("it is reached only when every model of their chains is denied or cannot be called")
        )
    code = "R403" if locked and locked[0].placed.layer != item.placed.layer else "R401"
    what = "is overruled by a lock" if code == "R403" else "can never win"
    names = ", ".join(f"`{other.name}`" for other in hiding[:4])
    yield warning(
        code,
        f"the {effect.kind} of `{item.name}` {what}: hidden by {names}",
        item.placed.rule.name.span,
        None,
        *notes,
    )


def _own(item: Ruled, effect: Effect) -> Effect:
    return item.effect(effect.kind) or effect


def _covered(inner: Ruled, outer: Ruled, full: dict[str, int]) -> bool:
    """Whether the outer rule holds wherever the inner one does."""
    return all(any(covers(o, i, full) for o in outer.regions) for i in inner.regions if not i.empty)


def _idle_caps(ruled: Sequence[Ruled], full: dict[str, int]) -> Iterator[Problem]:
    capping = [
        (item, effect) for item in ruled for effect in item.placed.rule.effects if effect.kind == "cap"
    ]
    by_scope: dict[tuple[str, ...], list[tuple[Ruled, Effect]]] = {}
    for item, effect in capping:
        by_scope.setdefault(tuple(word.text for word in effect.words), []).append((item, effect))
    for group in by_scope.values():
        for item, effect in group:
            tighter = next(
                (
                    t
                    for t in group
                    if t[0] is not item and _tighter(t[1], effect) and _covered(item, t[0], full)
                ),
                None,
            )
            if tighter and item.placed.layer not in _QUIET:
                note = Note(
                    f"`{tighter[0].name}` says {print_effect(tighter[1])}", tighter[0].placed.rule.name.span
                )
                yield warning(
                    "R404",
                    f"the cap of `{item.name}` can never bind",
                    effect.span,
                    "the smaller cap always counts",
                    note,
                )


def _tighter(small: Effect, large: Effect) -> bool:
    """Whether staying under one cap keeps under the other; a month has at most 31 days."""
    if small.usd is None or large.usd is None:
        return False
    if small.period == large.period:
        return small.usd < large.usd
    return small.period == "day" and large.period == "month" and small.usd * 31 <= large.usd


def _denied_chains(
    ruled: Sequence[Ruled], catalogue: Catalogue, classes: Classes, full: dict[str, int]
) -> Iterator[Problem]:
    stopping = _Stopping(ruled, classes, full)
    for item in ruled:
        for effect in item.placed.rule.effects:
            if effect.kind not in ("route", "prefer") or item.placed.layer in _QUIET:
                continue
            stops: dict[str, Ruled] = {}
            for model in _concrete(effect, catalogue):
                owners = _hiding(item, stopping.index(model))
                if not owners:
                    break
                stops[model] = ruled[owners[0]]
            else:
                if stops:
                    yield _all_denied(item, effect, stops)


def _all_denied(item: Ruled, effect: Effect, stops: dict[str, Ruled]) -> Problem:
    notes = [
        Note(f"`{model}` is stopped by `{stop.name}`", stop.placed.rule.name.span)
        for model, stop in stops.items()
    ]
    return warning(
        "R405",
        f"no model of the {effect.kind} of `{item.name}` may ever be used",
        effect.span,
        None,
        *notes[:4],
    )


class _Stopping:
    """For each model an index of the restrictions that stop it, made when the model is first asked about."""

    def __init__(self, ruled: Sequence[Ruled], classes: Classes, full: dict[str, int]) -> None:
        self._denying = [
            (at, item, effect)
            for at, item in enumerate(ruled)
            for effect in item.placed.rule.effects
            if effect.kind in ("deny", "allow")
        ]
        self._classes, self._full = classes, full
        self._indexes: dict[str, Index] = {}

    def index(self, model: str) -> Index:
        found = self._indexes.get(model)
        if found is None:
            found = self._indexes[model] = Index(self._classes, self._full)
            for at, item, effect in self._denying:
                if _stops(effect, model):
                    for region in item.regions:
                        found.add(region, at)
        return found


def _concrete(effect: Effect, catalogue: Catalogue) -> list[str]:
    """The models an effect can mean, when all its targets are models or providers; else none."""
    found: list[str] = []
    for target in effect.targets:
        if target.kind == "model":
            found.append(target.text)
        elif target.kind == "provider":
            found += [model for model in catalogue.models if model.startswith(f"{target.text}/")]
        else:
            return []
    return found


def _stops(effect: Effect, model: str) -> bool:
    covered = any(target_covers(target.kind, target.text, model) for target in effect.targets)
    return covered == (effect.kind == "deny")


def _overlaps(ruled: Sequence[Ruled]) -> Iterator[Problem]:
    """Rules of one layer that can match together and say different things, so that their order decides."""
    count = 0
    for kind in sorted(FIRST_MATCH):
        having = [item for item in ruled if item.effect(kind) and item.placed.layer not in _QUIET]
        for at, later in enumerate(having):
            for earlier in having[max(0, at - 50) : at]:
                if earlier.placed.layer != later.placed.layer or _says(earlier, kind) == _says(later, kind):
                    continue
                if any(overlap(a, b) for a in earlier.regions for b in later.regions):
                    count += 1
                    if count > MOST_OVERLAPS:
                        return
                    note = Note(f"`{earlier.name}` stands first", earlier.placed.rule.name.span)
                    yield Problem(
                        "R406",
                        "note",
                        f"`{earlier.name}` and `{later.name}` can both match and disagree on {kind}",
                        later.placed.rule.name.span,
                        "say `over` in the one that should win",
                        (note,),
                    )


def _says(item: Ruled, kind: str) -> str:
    effect = item.effect(kind)
    return print_effect(effect) if effect else ""


__all__ = ["PAGES", "check_policy"]
