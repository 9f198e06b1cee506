"""Chains and wishes that come to nothing: every model denied, some always denied, wishes for what is never there."""

from collections.abc import Iterator, Sequence

from router.analyse.chains import Chains
from router.analyse.examples import Examples, Shows
from router.analyse.ruled import Policy, Ruled
from router.base.pages import Page
from router.base.problems import Note, Problem, warning
from router.decide.globs import target_covers
from router.model.decision import Decision, Facts
from router.policy.nodes import Effect, Target

MOST_LISTED = 4
MOST_ASKED = 4_000
"""Models whose denials are looked into in one run."""
Stops = dict[str, tuple[Ruled, ...]]


def check_chains(policy: Policy, chains: Chains, examples: Examples, pedantic: bool) -> Iterator[Problem]:
    """Routes and wishes of which no model (R405), or not each target (R407), may ever be used."""
    left = MOST_ASKED
    for item, effect in policy.having("route", "prefer"):
        if item.quiet or not item.live or left <= 0:
            continue
        stopped: dict[Target, Stops] = {}
        for target in effect.targets:
            stops = _stops(item, target, chains)
            left -= len(stops) + 1
            if stops:
                stopped[target] = stops
        if len(stopped) == len(effect.targets):
            yield _all_denied(item, effect, stopped, examples)
        else:
            for target, stops in stopped.items():
                yield _denied(item, effect, target, stops, examples)


def _stops(item: Ruled, target: Target, chains: Chains) -> Stops:
    """Who stops each model of a target wherever the rule is true; {} when one may be used, or there is none."""
    found: Stops = {}
    for model in chains.anything(target):
        stoppers = chains.stopped(item, model)
        if not stoppers:
            return {}
        found[model] = stoppers
    return found


def _all_denied(item: Ruled, effect: Effect, stopped: dict[Target, Stops], examples: Examples) -> Problem:
    stops = {model: by for found in stopped.values() for model, by in found.items()}

    return warning(
        "R405",
        f"no model of the {effect.kind} of `{item.name}` may ever be used",
        effect.span,
        None,
        *_notes(stops),
        *examples.note(item.condition, _leads_elsewhere(stops)),
    )


def _leads_elsewhere(stops: Stops) -> Shows:
    """Shows that a chain was chosen which holds none of the models that are stopped."""

    def shows(facts: Facts, decision: Decision) -> str | None:
        if any(model in decision.chain for model in stops):
            return None
        return f"{' then '.join(decision.chain[:MOST_LISTED]) or 'nothing may answer'}"

    return shows


def _denied(item: Ruled, effect: Effect, target: Target, stops: Stops, examples: Examples) -> Problem:
    return warning(
        "R407",
        f"`{target}` in the {effect.kind} of `{item.name}` is never used",
        target.span,
        "leave it out",
        *_notes(stops),
        *examples.note(item.condition, _leads_elsewhere(stops)),
    )


def _notes(stops: Stops) -> list[Note]:
    by_rules: dict[tuple[Ruled, ...], list[str]] = {}
    for model, stoppers in stops.items():
        by_rules.setdefault(stoppers, []).append(model)
    notes = []
    for stoppers, models in list(by_rules.items())[:MOST_LISTED]:
        names = ", ".join(f"`{stopper.name}`" for stopper in stoppers[:MOST_LISTED])
        said = f"`{models[0]}` is" if len(models) == 1 else f"`{models[0]}` and {len(models) - 1} more are"
        notes.append(Note(f"{said} stopped by {names}", stoppers[0].placed.rule.name.span))
    return notes


def check_wishes(policy: Policy, chains: Chains, examples: Examples, pedantic: bool) -> Iterator[Problem]:
    """Wishes about models that no chain can hold (R412)."""
    present = _present(policy, chains)
    for item, effect in policy.having("prefer", "avoid"):
        idle = [target for target in effect.targets if not _matters(effect, target, present, chains)]
        if idle and not item.quiet:
            yield _idle_wish(item, effect, idle, examples)


def _idle_wish(item: Ruled, effect: Effect, idle: Sequence[Target], examples: Examples) -> Problem:
    def shows(facts: Facts, decision: Decision) -> str | None:
        first = " then ".join(decision.chain[:MOST_LISTED])
        return first if first and (effect.kind, item.name) in decision.rules else None

    named = ", ".join(f"`{target}`" for target in idle[:MOST_LISTED])
    whole = len(idle) == len(effect.targets)
    what = (
        f"the {effect.kind} of `{item.name}`" if whole else f"{named} in the {effect.kind} of `{item.name}`"
    )
    return warning(
        "R412",
        f"{what} does nothing: no chain ever holds {named if whole else 'it'}",
        idle[0].span,
        "name a model, a provider or a chain that some route leads to",
        *examples.note(item.condition, shows),
    )


def _present(policy: Policy, chains: Chains) -> Sequence[str]:
    """Every model that some route or wish can bring into a chain."""
    found: dict[str, None] = {}
    for target in {t for _, e in policy.having("route") for t in e.targets}:
        found.update(dict.fromkeys(chains.anything(target)))
    for target in {t for _, e in policy.having("prefer") for t in e.targets if t.kind != "pattern"}:
        found.update(dict.fromkeys(chains.anything(target)))
    return tuple(found)


def _matters(effect: Effect, target: Target, present: Sequence[str], chains: Chains) -> bool:
    if target.kind == "chain":
        return any(model in present for model in chains.anything(target))
    if effect.kind == "prefer" and target.kind == "model":
        return True
    return any(target_covers(target.kind, target.text, model) for model in present)


PAGES: tuple[Page, ...] = (
    Page("R405", "a chain whose every member is denied", "Whenever the rule matches, a restriction stops all the models it names.",
         'rule no\n  deny provider mistral\n  because "x"\nrule a\n  route to mistral\n  when task is code\n',
         'rule no\n  deny provider mistral\n  because "x"\nrule a\n  route to openai\n  when task is code\n'),
    Page("R407", "a target that is never used", "Whenever the rule matches, a restriction stops this target; the others of the chain remain.",
         'rule no\n  deny provider mistral\n  because "x"\nrule a\n  route to mistral then openai\n  when task is code\n',
         'rule no\n  deny provider mistral\n  because "x"\nrule a\n  route to openai\n  when task is code\n'),
    Page("R412", "a wish that does nothing", "`avoid`, and `prefer` with a glob, only reorder what a chain holds, and no route leads to these models.",
         "rule a\n  avoid voyage\n  when task is code\n", "rule a\n  avoid mistral\n  when task is code\n", kind="file"),
)  # fmt: skip
