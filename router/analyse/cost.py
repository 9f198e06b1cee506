"""The most that one decision by a policy can take: steps, text looked at, the classifier, dollars; known without deciding."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any, NamedTuple

from router.base.render import printable
from router.decide.chain import Context, models_of
from router.decide.scan import HEAD_CHARS, TAIL_CHARS
from router.model.catalogue import MEDIA, Catalogue
from router.model.terms import COMPLEXITIES, TASKS
from router.table.rowsets import members
from router.table.table import Stage, Table

MOST_SHOWN = 12
"""Rules whose dollars are shown as text; `--json` has them all."""
MOST_NAMED = 3
_PROFILES = ("budget", "balanced", "premium")
_COLLECTING = (
    "deny", "allow", "cap", "refuse", "approve", "redact", "compress", "tag", "downgrade", "prefer", "avoid",
)  # fmt: skip
_FIRST = ("mode", "profile", "route")
_LATE = ("cap", "refuse", "approve", "redact", "compress", "tag")

_MEDIA = (tuple(task for task in TASKS if task not in MEDIA), *((task,) for task in TASKS if task in MEDIA))
"""Tasks that are answered by text, then each medium."""

Targets = tuple[tuple[str, str], ...]
Kind = tuple[str, str]
"""A task and a complexity."""


class Most(NamedTuple):
    """What the dearest call of some models is estimated at, at most.

    `usd` is None when nothing bounds it: `unbounded` are the models without a known price or, where no length of
    prompt was given, without a known context.
    """

    usd: float | None
    model: str | None = None
    task: str | None = None
    complexity: str | None = None
    tokens: int | None = None
    unbounded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dearest:
    """The dearest call of a rule's route, for text or one medium."""

    rule: str
    layer: str
    file: str
    line: int
    most: Most

    def to_plain(self) -> dict[str, Any]:
        """As data that JSON can hold, without levels."""
        return {"rule": self.rule, "layer": self.layer, "file": self.file, "line": self.line, **self.most._asdict()}


@dataclass(frozen=True, slots=True)
class Bound:
    """No decision takes more than this.

    `columns` are look-ups of the rows that pass by one fact's value; `scans`: fact to how often its value is read
    through, for `constants` (words, phrases, folders, names) and `patterns`; `prompt_chars` how much of a prompt.
    `models` are candidates for a chain, each held against `restrained` targets. `judged_for` are rules for which the
    classifier may have to run, at most once.
    """

    rules: int
    rows: int
    columns: int
    scans: Mapping[str, int]
    constants: Mapping[str, int]
    patterns: Mapping[str, int]
    prompt_chars: int
    models: int
    restrained: int
    judged_for: tuple[str, ...]
    dearest: tuple[Dearest, ...]

    def to_plain(self) -> dict[str, Any]:
        """As data that JSON can hold."""
        return {**asdict(self), "dearest": [one.to_plain() for one in self.dearest]}

    def text(self) -> str:
        return "\n".join(printable(line) for line in _lines(self))


def bound_of(table: Table, tokens: int | None = None) -> Bound:
    """The bound of a policy's decisions; dollars for prompts of at most `tokens`, else of what each model can take."""
    routes, wishes = _routes(table), _wishes(table)
    lengths = _Models(table.catalogue, tokens)
    denials = [
        effect["targets"]
        for index in range(len(table.names))
        for effect in table.rule(index)["effects"]
        if effect["kind"] in ("deny", "allow")
    ]
    scans, lowers = _scans(table), "downgrade" in table.effects
    return Bound(
        rules=len(table.names),
        rows=table.rows,
        columns=_columns(table, lowers),
        scans=scans,
        constants={fact: _constants(table.literals[fact]) for fact in scans},
        patterns={fact: len(table.literals[fact]["patterns"]) for fact in scans},
        prompt_chars=HEAD_CHARS + TAIL_CHARS if "prompt" in scans else 0,
        models=_candidates(table, lengths, routes, wishes),
        restrained=sum(map(len, denials)),
        judged_for=tuple(_judged_for(table)),
        dearest=tuple(_dearest(table, lengths, routes, wishes)),
    )


def _columns(table: Table, lowers: bool) -> int:
    """Each column of each stage once; those that selection asks again under a lowered complexity twice."""
    sizes = {name: _size(stage) for name, stage in table.stages.items()}
    again = sizes["classified"] + sizes["profiled"] if lowers else 0
    return sum(sizes.values()) + again


def _size(stage: Stage) -> int:
    slots = sum(len(columns) for columns in stage.slots.values())
    return len(stage.names) + len(stage.cells) + len(stage.known) + slots


def _scans(table: Table) -> dict[str, int]:
    again = 2 if "downgrade" in table.effects else 1
    times = {"given": 1, "classified": again, "profiled": again, "priced": 1}
    found: dict[str, int] = {}
    for name, stage in table.stages.items():
        for fact in stage.slots:
            found[fact] = found.get(fact, 0) + times[name]
    return found


def _constants(record: Mapping[str, Any]) -> int:
    """How many words, phrases, folders and names a scan looks for."""
    phrases = sum(len(some) for group in ("phrase", "inside") for some in record[group].values())
    return phrases + len(record["token"]) + len(record["exact"]) + _folders(record["under"])


def _folders(tree: Mapping[str, Any]) -> int:
    return sum(1 if part == "/" else _folders(below) for part, below in tree.items())


# -- models and their prices -----------------------------------------------------------------------------------


class _Models:
    """What targets can stand for, by task and complexity, and what a call of it costs at most."""

    def __init__(self, catalogue: Catalogue, tokens: int | None) -> None:
        self._catalogue = catalogue
        self._tokens = tokens
        self._found: dict[tuple[str, str], dict[Kind, tuple[str, ...]]] = {}
        self._most: dict[tuple[str, int], tuple[float, int] | None] = {}

    def of(self, target: tuple[str, str]) -> Mapping[Kind, tuple[str, ...]]:
        """The models by task and complexity, whatever tier and profile are."""
        found = self._found.get(target)
        if found is None:
            kinds = product(TASKS, COMPLEXITIES)
            found = self._found[target] = {kind: self._meant(*target, *kind) for kind in kinds}
        return found

    def _meant(self, kind: str, text: str, task: str, complexity: str) -> tuple[str, ...]:
        names = _PROFILES if kind == "chain" and text in ("tier", "profile") else (text,)
        context = Context(task, complexity, "premium", "balanced", None, frozenset(), 0)
        meant = [models_of(kind, name, self._catalogue, context) for name in names]
        return tuple(dict.fromkeys(model for models in meant for model in models))

    def usd(self, model: str, kind: Kind) -> tuple[float, int] | None:
        """The dearest call of a model and the tokens it sends; None when nothing bounds it."""
        answer = self._catalogue.expected_output_tokens(*kind)
        key = (model, answer)
        if key not in self._most:
            known = self._catalogue.models.get(model)
            context = known.context_tokens if known is not None else 0
            limits = [limit for limit in (context, self._tokens) if limit]
            sent = min(limits) if limits else 0
            usd = self._catalogue.estimate_usd(model, sent, answer)
            fixed = usd is not None and usd == self._catalogue.estimate_usd(model, sent + 1_000_000, answer)
            self._most[key] = (usd, sent) if usd is not None and (limits or fixed) else None
        return self._most[key]


def _routes(table: Table) -> dict[int, Targets]:
    """The targets of each rule's route."""
    found: dict[int, Targets] = {}
    for index in range(len(table.names)):
        targets = _targets(table, index, "route")
        if targets:
            found[index] = targets
    return found


def _wishes(table: Table) -> Targets:
    """All targets that rules may add to a chain."""
    named = (t for index in range(len(table.names)) for t in _targets(table, index, "prefer"))
    return tuple(target for target in named if target[0] != "pattern")


def _targets(table: Table, index: int, kind: str) -> Targets:
    effects = table.rule(index)["effects"]
    return tuple((t[0], t[1]) for effect in effects if effect["kind"] == kind for t in effect["targets"])


def _most(models: _Models, targets: Sequence[tuple[str, str]], known: dict[Targets, int]) -> int:
    """The most candidates that targets stand for in one request."""
    key = tuple(targets)
    if key not in known:
        sums = [sum(len(models.of(target)[kind]) for target in key) for kind in product(TASKS, COMPLEXITIES)]
        known[key] = max(sums)
    return known[key]


def _candidates(table: Table, models: _Models, routes: Mapping[int, Targets], wishes: Targets) -> int:
    """How many models are held against the restrictions: of each route in turn, and of the one that won again."""
    known: dict[Targets, int] = {}
    rows = [table.rule_of_row(row) for row in members(table.effects.get("route", 0))]
    sizes = [_most(models, routes[rule], known) for rule in rows]
    ordered = 2 if table.expectations is not None else 1
    # Once more to see whether the first route is settled, and once more after all wishes.
    return sum(sizes) * ordered + 2 * max(sizes, default=0) + _most(models, wishes, known)


def _dearest(
    table: Table, models: _Models, routes: Mapping[int, Targets], wishes: Targets
) -> Iterator[Dearest]:
    """Each rule's dearest call of text and of each medium, whatever is denied and wished; the dearest rule first."""
    known: dict[Targets, tuple[Most, ...]] = {}
    found = []
    for index, targets in routes.items():
        key = (*targets, *wishes)
        if key not in known:
            # Models that a rule names are called for whatever is asked; that is said once.
            named = all(kind == "model" for kind, _ in key)
            known[key] = tuple(_most_of(models, key, tasks) for tasks in ((TASKS,) if named else _MEDIA))
        record = table.rule(index)
        place = (table.names[index], record["layer"], record["file"], record["line"])
        found += [Dearest(*place, most) for most in known[key] if most.model or most.unbounded]
    # What nothing bounds stands before all that is known.
    yield from sorted(found, key=lambda one: (one.most.usd is not None, -(one.most.usd or 0.0)))


def _most_of(models: _Models, targets: Iterable[tuple[str, str]], tasks: Sequence[str]) -> Most:
    """The dearest call of any model that targets stand for when one of some tasks is asked."""
    best: Most | None = None
    unbounded: dict[str, None] = {}
    for target in dict.fromkeys(targets):
        for kind, meant in models.of(target).items():
            for model in meant if kind[0] in tasks else ():
                most = models.usd(model, kind)
                if most is None:
                    unbounded[model] = None
                elif best is None or most[0] > (best.usd or 0.0):
                    best = Most(most[0], model, *kind, most[1])
    if unbounded or best is None:
        return Most(None, unbounded=tuple(unbounded))
    return best


# -- the classifier --------------------------------------------------------------------------------------------


def _judged_for(table: Table) -> Iterator[str]:
    """Rules for which a request that says neither task nor complexity may have to be judged."""
    effects, stages = table.effects, table.stages
    minding = stages["classified"].minding | stages["profiled"].minding
    rows = minding & _union(effects, (*_COLLECTING, *_FIRST))
    rows |= stages["priced"].minding & _union(effects, _LATE)
    named = {table.rule_of_row(row) for row in members(rows)}
    for index, name in enumerate(table.names):
        routed = {kind for kind, _ in _targets(table, index, "route")}
        wished = {kind for effect in ("prefer", "avoid") for kind, _ in _targets(table, index, effect)}
        if index in named or routed - {"model"} or wished - {"model", "pattern"}:
            yield name


def _union(effects: Mapping[str, int], kinds: Iterable[str]) -> int:
    mask = 0
    for kind in kinds:
        mask |= effects.get(kind, 0)
    return mask


# -- as text ---------------------------------------------------------------------------------------------------


def _lines(bound: Bound) -> Iterator[str]:
    yield "one decision takes at most"
    yield f"  {bound.columns} look-ups in columns of {bound.rows} rows ({bound.rules} rules)"
    for fact, times in bound.scans.items():
        much = f"{bound.prompt_chars:,} characters of the prompt" if fact == "prompt" else f"the {fact}"
        often = "once" if times == 1 else f"{times} times"
        yield f"  {much} read {often}, for {bound.constants[fact]} constants and {bound.patterns[fact]} patterns"
    yield f"  {bound.models} candidates for a chain, each held against {bound.restrained} targets of restrictions"
    yield f"  {_classifier(bound)}"
    if not bound.dearest:
        return
    yield "the dearest call of each rule's route is estimated at"
    for one in bound.dearest[:MOST_SHOWN]:
        yield f"  {_dollars(one.most)} by `{one.rule}` ({one.file}:{one.line})"
    if len(bound.dearest) > MOST_SHOWN:
        yield f"  and {len(bound.dearest) - MOST_SHOWN} more rules, each no dearer"


def _classifier(bound: Bound) -> str:
    if not bound.judged_for:
        return "the classifier once, when no route that matches has a model that may be used"
    named = ", ".join(f"`{name}`" for name in bound.judged_for[:MOST_NAMED])
    more = len(bound.judged_for) - MOST_NAMED
    rest = f" and {more} more" if more > 0 else ""
    return f"the classifier once, when task or complexity are not given: for {named}{rest}"


def _dollars(one: Most) -> str:
    if one.usd is None:
        named = ", ".join(one.unbounded[:MOST_NAMED])
        return f"nobody knows what: {named or 'no model'}"
    sent = f", {one.tokens:,} tokens" if one.tokens else ""
    return f"${one.usd:.4f} for {one.model} ({one.task}/{one.complexity}{sent})"
