"""Rules that never count: never true, hidden by stronger rules, overruled by a lock, or saying what comes anyway."""

from collections.abc import Iterator, Sequence

from router.analyse.chains import Chains
from router.analyse.cover import Index
from router.analyse.examples import Examples, won_by
from router.analyse.regions import Region, overlap
from router.analyse.ruled import Policy, Ruled, owners_of, restricts
from router.base.pages import Page
from router.base.problems import Note, Problem, Severity, warning
from router.model.terms import FIRST_MATCH
from router.policy.nodes import LAYERS, Effect, LayerName
from router.policy.parse.printer import print_effect
from router.table.conditions import facts_of

MOST_NAMED = 4
MOST_BETWEEN = 2_000
"""Rules looked at between one rule and a later one that says the same."""


def check_never_true(policy: Policy, chains: Chains, examples: Examples, pedantic: bool) -> Iterator[Problem]:
    """Conditions that can never be true (R402)."""
    for item in policy.rules:
        if item.quiet or item.live:
            continue
        help_text = "its parts exclude each other"
        if restricts(item) and any(region.masks or region.slots for region in item.regions):
            help_text = f"it restricts only while {', '.join(facts_of(item.condition))} is unknown"
        yield warning(
            "R402",
            f"the condition of `{item.name}` can never be true",
            item.placed.rule.name.span,
            help_text,
        )


def check_hidden(policy: Policy, chains: Chains, examples: Examples, pedantic: bool) -> Iterator[Problem]:
    """Effects that can never win (R401, R403), and those that win only as a fallback (R408, pedantic)."""
    indexes = {(kind, layer): policy.index() for kind in sorted(FIRST_MATCH) for layer in LAYERS}
    for item in policy.rules:
        live = item.live
        for effect in item.effects(*FIRST_MATCH):
            if live and not item.quiet:
                owners = owners_of(live, indexes[effect.kind, item.layer])
                if owners:
                    hiding = tuple(policy.rules[at] for at in owners)
                    yield from _hidden(item, effect, hiding, chains, examples, pedantic)
            # A lock stands before every layer; other rules are there to be overridden by stronger layers.
            layers: Sequence[LayerName] = LAYERS if item.locked else (item.layer,)
            for layer in layers:
                for region in live:
                    indexes[effect.kind, layer].add(region, item.at)


def _hidden(
    item: Ruled,
    effect: Effect,
    hiding: tuple[Ruled, ...],
    chains: Chains,
    examples: Examples,
    pedantic: bool,
) -> Iterator[Problem]:
    sure = effect.kind != "route" or _hold(item, hiding, chains)
    if not sure and not pedantic:
        return
    locking = [other for other in hiding if other.layer != item.layer]
    code, severity, what = _verdict(sure, bool(locking))
    names = ", ".join(f"`{other.name}`" for other in hiding[:MOST_NAMED])
    more = f" and {len(hiding) - MOST_NAMED} more" if len(hiding) > MOST_NAMED else ""
    stand = "stands before it" if len(hiding) == 1 else "stand before it together"
    message = f"the {effect.kind} of `{item.name}` {what}: {names}{more} {stand}"
    notes = [_standing(other, effect.kind) for other in (*locking, *hiding)[:MOST_NAMED]]
    if effect.kind == "route":
        notes.append(Note(_SURE if sure else _FALLBACK))
    shown = examples.note(item.condition, won_by(effect.kind, hiding if sure else (item,)))
    help_text = None if locking else f"narrow {names}, or say `over` in `{item.name}`"
    yield Problem(
        code, severity, message, item.placed.rule.name.span, help_text, (*dict.fromkeys(notes), *shown)
    )


_SURE = "it is reached only when no model that stands before it can be called"
_FALLBACK = (
    "it is reached only when restrictions stop every model that stands before it, or none can be called"
)


def _verdict(sure: bool, locking: bool) -> tuple[str, Severity, str]:
    if not sure:
        return "R408", "note", "counts only as a fallback"
    return ("R403", "warning", "is overruled by a lock") if locking else ("R401", "warning", "can never win")


def _hold(item: Ruled, hiding: Sequence[Ruled], chains: Chains) -> bool:
    """Whether each hiding chain keeps a model wherever it and the hidden rule are true."""
    pairs = len(item.regions) * sum(len(other.regions) for other in hiding)
    return chains.policy.budget.spend(pairs) and all(
        chains.survives(effect, _both(region, own))
        for other in hiding
        for effect in other.effects("route")
        for region in item.live
        for own in other.live
        if overlap(own, region)
    )


def _both(a: Region, b: Region) -> Region:
    masks = {**b.masks, **{fact: mask & b.masks.get(fact, mask) for fact, mask in a.masks.items()}}
    return Region(masks, a.slots | b.slots, a.known | b.known)


def _standing(other: Ruled, kind: str) -> Note:
    effect = other.effect(kind)
    lock = " (locked)" if other.locked else ""
    said = print_effect(effect) if effect else kind
    return Note(f"`{other.name}`{lock} stands before it: {said}", other.placed.rule.name.span)


def check_redundant(policy: Policy, chains: Chains, examples: Examples, pedantic: bool) -> Iterator[Problem]:
    """Effects without which the next winner would say the same (R409)."""
    later: dict[tuple[str, LayerName, bool], Index] = {}
    found: list[Problem] = []
    for item in reversed(policy.rules):
        live = item.live
        for effect in item.effects(*FIRST_MATCH) if live and not item.quiet else ():
            said = print_effect(effect)
            index = later.setdefault((said, item.layer, item.locked), policy.index())
            owners = index.covering(live[0]) if len(live) == 1 else owners_of(live, index)
            heirs = tuple(policy.rules[at] for at in owners)
            if heirs and not _between(policy, item, heirs[-1], effect.kind, said):
                found.append(_redundant(item, effect, heirs, said, examples))
            for region in live:
                index.add(region, item.at)
    return iter(found[::-1])


def _between(policy: Policy, item: Ruled, heir: Ruled, kind: str, said: str) -> bool:
    """Whether some rule between the two may win where the first is true, and says something else."""
    if heir.at - item.at > MOST_BETWEEN or not policy.budget.spend(heir.at - item.at):
        return True
    for other in policy.rules[item.at + 1 : heir.at]:
        effect = other.effect(kind)
        if effect is None or print_effect(effect) == said:
            continue
        if not policy.budget.spend(len(other.regions) * len(item.regions)):
            return True
        if any(overlap(a, b) for a in other.live for b in item.live):
            return True
    return False


def _redundant(item: Ruled, effect: Effect, heirs: Sequence[Ruled], said: str, examples: Examples) -> Problem:
    notes = [Note(f"`{heir.name}` says the same", heir.placed.rule.name.span) for heir in heirs[:MOST_NAMED]]
    return Problem(
        "R409",
        "warning",
        f"the {effect.kind} of `{item.name}` changes nothing: without it, {said} would come from `{heirs[0].name}`",
        item.placed.rule.name.span,
        "delete it",
        (*notes, *examples.note(item.condition, won_by(effect.kind, (item,)))),
    )


PAGES: tuple[Page, ...] = (
    Page("R401", "a rule that can never win",
         "Of `route`, `mode`, `profile` and `classify` the first rule that matches wins. Wherever this one matches, stronger\nrules match too, so it never counts.",
         "rule broad\n  route to openai/gpt-6-luna\n  when task in (code, query)\nrule narrow\n  route to mistral\n  when task is code\n",
         "rule broad\n  route to openai/gpt-6-luna\n  when task in (code, query)\nrule narrow\n  route to mistral\n  when task is code\n  over broad\n"),
    Page("R402", "a condition that can never be true",
         "Its parts exclude each other, so the rule never fires, unless it restricts and a fact is unknown.",
         "rule a\n  tag x\n  when turn > 5 and turn < 3\n", "rule a\n  tag x\n  when turn > 5 or turn < 3\n"),
    Page("R403", "a rule that a lock overrules", "The organisation has locked this; the rule has no effect where it is locked.",
         "a rule of a repository that sets a mode which a locked rule of the organisation sets too", "the rule left out", kind="file"),
    Page("R408", "a rule that counts only as a fallback",
         "Wherever this rule matches, stronger ones match too. Restrictions can stop all their models, and only then this\nrule's chain is used. `check --pedantic` reports it.",
         "a route behind a broader one whose model is denied in some places", "the narrower route `over` the broader one", kind="file"),
    Page("R409", "a rule that changes nothing", "Where this rule wins, the next one that matches says the same. It can go.",
         "rule a\n  mode enforce\n  when task is code\nrule b\n  mode enforce\n  when task in (code, query)\n",
         "rule b\n  mode enforce\n  when task in (code, query)\n"),
)  # fmt: skip
