"""From the routes that won to the chain of models that may be called."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from router.decide.globs import target_covers
from router.decide.order import Weighed, ordered, weighed
from router.decide.restrictions import Restrictions
from router.decide.strain import STRAINED, USED_UP, Strained
from router.model.catalogue import Catalogue
from router.model.decision import Dropped, Facts, Judgement
from router.model.outcomes import FORETOLD_NOTHING, Cell, Expectations, Foretold

PROFILE_OF_TIER = {"cheap": "budget", "premium": "premium"}


class Context(NamedTuple):
    """What turns a target into models: the prompt's task, the complexity and tier it is served at, the profile."""

    task: str
    complexity: str
    tier: str
    profile: str
    configured: frozenset[str] | None
    needs: frozenset[str]
    tokens: int
    strained: Strained | None = None
    foretold: Foretold = FORETOLD_NOTHING

    @property
    def cell(self) -> Cell:
        """The kind of work whose outcomes order a chain."""
        return Cell(self.task, self.foretold.dimension, self.complexity)


_NO_NEEDS: frozenset[str] = frozenset()


def context_of(
    judgement: Judgement, complexity: str | None, tier: str, profile: str, facts: Facts
) -> Context:
    """The context of a request that was judged so; an unknown task counts as a query, an unknown complexity as moderate."""
    task = judgement.task
    get = facts.get
    return Context(
        "query" if task is None or task == "inherit" else task,
        complexity or "moderate",
        tier,
        profile,
        get("configured"),
        get("needs") or _NO_NEEDS,
        int(get("prompt.tokens") or 0),
        get(STRAINED),
        judgement.foretold or FORETOLD_NOTHING,
    )


def models_of(kind: str, text: str, catalogue: Catalogue, context: Context) -> tuple[str, ...]:
    """The models a route's target stands for, best first."""
    if kind == "model":
        return (text,)
    if kind == "provider":
        model = catalogue.provider_model(text, context.task, context.complexity)
        return (model,) if model else ()
    if kind == "chain":
        return catalogue.chain(chain_name(text, context), context.task, context.complexity)
    return tuple(model for model in catalogue.models if target_covers(kind, text, model))


def route_models(
    targets: Iterable[Sequence[str]],
    restrictions: Restrictions,
    catalogue: Catalogue,
    context: Context,
    expectations: Expectations | None,
) -> list[str]:
    """The models of a route's targets in order; the usable members of each `@chain` as outcomes order them."""
    found: list[str] = []
    for kind, text in targets:
        models: Sequence[str] = models_of(kind, text, catalogue, context)
        if expectations is not None and kind == "chain":
            usable, _ = fitting(models, restrictions, catalogue, context)
            models = ordered(models, usable, expectations, context.cell, context.foretold)
        found += models
    return found


def route_weighed(
    targets: Iterable[Sequence[str]],
    restrictions: Restrictions,
    catalogue: Catalogue,
    context: Context,
    expectations: Expectations,
) -> tuple[Weighed, ...]:
    """How outcomes ordered each `@chain` among a route's targets."""
    chains = [models_of(kind, text, catalogue, context) for kind, text in targets if kind == "chain"]
    found = (
        weighed(
            models,
            fitting(models, restrictions, catalogue, context)[0],
            expectations,
            context.cell,
            context.foretold,
        )
        for models in chains
    )
    return tuple(one for one in found if one is not None)


def chain_name(name: str, context: Context) -> str:
    """`@tier` is the budget chain for cheap work, premium for the hardest, else the profile's; `@profile` the profile's."""
    if name == "tier":
        return PROFILE_OF_TIER.get(context.tier, context.profile)
    return context.profile if name == "profile" else name


def fitting(
    models: Iterable[str], restrictions: Restrictions, catalogue: Catalogue, context: Context
) -> tuple[list[str], list[Dropped]]:
    """The models that may be used, in order, each once, and why the others may not."""
    kept: dict[str, None] = {}
    dropped: list[Dropped] = []
    for model in models:
        denial = restrictions.against(model)
        if denial:
            dropped.append(
                Dropped(model, "denied" if denial.effect == "deny" else "not allowed", denial.rule)
            )
        elif reason := _unfit(model, catalogue, context):
            dropped.append(Dropped(model, reason, None))
        else:
            kept[model] = None
    return list(kept), dropped


def _unfit(model: str, catalogue: Catalogue, context: Context) -> str | None:
    provider = model.partition("/")[0]
    if context.configured is not None and provider not in context.configured:
        return "not configured"
    if context.strained and (provider, USED_UP) in context.strained:
        return "its budget is used up"
    known = catalogue.models.get(model)
    if known is None:
        return None
    missing = context.needs - known.capabilities
    if missing:
        return f"cannot do {', '.join(sorted(missing))}"
    if 0 < known.context_tokens < context.tokens:
        return f"its context of {known.context_tokens} tokens is too short"
    return None


def reordered(
    models: Sequence[str],
    wishes: Sequence[tuple[str, Sequence[tuple[str, str]]]],
    catalogue: Catalogue,
    context: Context,
) -> list[str]:
    """The chain after `prefer` and `avoid`, the strongest wish applied last.

    `prefer` moves its models to the front in the order written, adding those that the chain lacks; `avoid` moves
    them to the end. `wishes` are (effect, targets), strongest first.
    """
    chain = list(models)
    for named, run in groupby(reversed(wishes), key=_names_models):
        if named:
            # What such wishes add does not hang on the chain, so all of a run are one: thousands cost as much as one.
            strongest_first = [target for _, targets in reversed(list(run)) for target in targets]
            added = [m for kind, text in strongest_first for m in models_of(kind, text, catalogue, context)]
            chain = list(dict.fromkeys([*added, *chain]))
            continue
        for effect, targets in run:
            chain = _moved(chain, effect, targets, catalogue, context)
    return chain


def _names_models(wish: tuple[str, Sequence[tuple[str, str]]]) -> bool:
    effect, targets = wish
    return effect == "prefer" and all(kind in ("model", "chain") for kind, _ in targets)


def _moved(
    chain: list[str],
    effect: str,
    targets: Sequence[tuple[str, str]],
    catalogue: Catalogue,
    context: Context,
) -> list[str]:
    """The chain after one wish."""
    if effect == "prefer":
        front = [m for kind, text in targets for m in _wished(kind, text, chain, catalogue, context)]
        return list(dict.fromkeys([*front, *chain]))
    back = [m for m in chain if any(_covers(kind, text, m, catalogue, context) for kind, text in targets)]
    moved = set(back)
    return [m for m in chain if m not in moved] + back


def _wished(
    kind: str, text: str, chain: Sequence[str], catalogue: Catalogue, context: Context
) -> Sequence[str]:
    if kind == "provider":
        present = [model for model in chain if target_covers(kind, text, model)]
        return present or models_of(kind, text, catalogue, context)
    if kind == "pattern":
        return [model for model in chain if target_covers(kind, text, model)]
    return models_of(kind, text, catalogue, context)


def _covers(kind: str, text: str, model: str, catalogue: Catalogue, context: Context) -> bool:
    if kind == "chain":
        return model in models_of(kind, text, catalogue, context)
    return target_covers(kind, text, model)


def is_concrete(record_targets: Iterable[Sequence[str]]) -> bool:
    """Whether a route names models only, so that neither task nor complexity changes it."""
    return all(kind == "model" for kind, _ in record_targets)
