"""Restrictions that add nothing: caps that cannot bind, denials of what is denied already."""

from collections.abc import Iterator, Sequence

from router.analyse.chains import Chains
from router.analyse.cover import Index
from router.analyse.examples import Examples
from router.analyse.regions import covers_firing
from router.analyse.ruled import Policy, Ruled, broadest_first, owners_of
from router.base.pages import Page
from router.base.problems import Note, Problem, warning
from router.model.decision import Decision, Facts
from router.policy.nodes import Effect
from router.policy.parse.printer import print_effect

DAYS_OF_MONTH = 31
MOST_LISTED = 4
_SUMS = ("day", "month", "session")


def check_caps(policy: Policy, chains: Chains, examples: Examples, pedantic: bool) -> Iterator[Problem]:
    """Caps that smaller ones keep from ever being reached (R404)."""
    capping = list(policy.having("cap"))
    indexes: dict[tuple[str, ...], Index] = {}
    for item, effect in sorted(capping, key=lambda pair: (pair[1].usd or 0.0, broadest_first(pair[0]))):
        owners = () if item.quiet else _tighter(item, effect, capping, indexes)
        if owners:
            smaller = [policy.rules[at] for at in owners if at != item.at]
            yield _idle_cap(item, effect, smaller, examples)
        own = indexes.setdefault(_key(effect), policy.index(covers_firing))
        for region in item.regions:
            own.add(region, item.at)


def _key(effect: Effect) -> tuple[str, ...]:
    return (*(word.text for word in effect.words), f"/{effect.period}")


def _tighter(
    item: Ruled,
    effect: Effect,
    capping: Sequence[tuple[Ruled, Effect]],
    indexes: dict[tuple[str, ...], Index],
) -> tuple[int, ...]:
    """Owners of caps that hold wherever this one does and keep spending below it."""
    own = indexes.get(_key(effect))
    if own and (owners := owners_of(item.regions, own)) and item.at not in owners:
        return owners
    for key, index in indexes.items():
        if key == _key(effect) or not _bounds(key, _key(effect)):
            continue
        owners = owners_of(item.regions, index)
        if owners and item.at not in owners:
            amounts = [e.usd or 0.0 for i, e in capping if i.at in owners and _key(e) == key]
            if max(amounts) * _times(key, _key(effect)) <= (effect.usd or 0.0):
                return owners
    return ()


def _bounds(small: tuple[str, ...], large: tuple[str, ...]) -> bool:
    """Whether what the first counts is at least what the second counts, so that a cap on it caps the other."""
    (*scope, period), (*other, longer) = small, large
    if scope != other and scope[0] != "total" and other[0] != "call":
        return False
    if other[0] == "call":
        return scope[0] in ("total", "session") and period[1:] in _SUMS
    return period == longer or (period, longer) == ("/day", "/month")


def _times(small: tuple[str, ...], large: tuple[str, ...]) -> int:
    return DAYS_OF_MONTH if (small[-1], large[-1]) == ("/day", "/month") else 1


def _idle_cap(item: Ruled, effect: Effect, smaller: Sequence[Ruled], examples: Examples) -> Problem:
    names = {other.name for other in smaller}

    def shows(facts: Facts, decision: Decision) -> str | None:
        held = [c for c in decision.caps if c.rule in names]
        return (
            ", ".join(f"cap {' '.join(c.scope)} ${c.usd:.2f}/{c.period} by `{c.rule}`" for c in held) or None
        )

    said = [
        Note(f"`{other.name}` says {print_effect(cap)}", other.placed.rule.name.span)
        for other in smaller[:MOST_LISTED]
        for cap in other.effects("cap")
    ]
    return warning(
        "R404",
        f"the cap of `{item.name}` can never bind",
        effect.span,
        "the smaller cap always counts",
        *said,
        *examples.note(item.condition, shows),
    )


def check_denials(policy: Policy, chains: Chains, examples: Examples, pedantic: bool) -> Iterator[Problem]:
    """Denials of models that others deny wherever these do (R411); a policy's layers may well repeat each other."""
    indexes: dict[str, Index] = {}
    denying = sorted(policy.having("deny"), key=lambda pair: broadest_first(pair[0]))
    for item, effect in denying:
        models = [m for target in effect.targets for m in (str(target), *chains.anything(target))]
        owners: dict[int, None] = {}
        for model in dict.fromkeys(models):
            found = owners_of(item.regions, indexes[model]) if model in indexes else ()
            if not found:
                break
            owners.update(dict.fromkeys(found))
        else:
            if owners and not item.quiet and item.at not in owners:
                yield _idle_denial(item, effect, [policy.rules[at] for at in owners], examples)
        for model in dict.fromkeys(models):
            index = indexes.setdefault(model, policy.index(covers_firing))
            for region in item.regions:
                index.add(region, item.at)


def _idle_denial(item: Ruled, effect: Effect, others: Sequence[Ruled], examples: Examples) -> Problem:
    def shows(facts: Facts, decision: Decision) -> str | None:
        denying = [d.rule for d in decision.denials if any(d.rule == other.name for other in others)]
        return f"denied by {', '.join(f'`{rule}`' for rule in dict.fromkeys(denying))}" if denying else None

    notes = [
        Note(f"`{other.name}` says {print_effect(own)}", other.placed.rule.name.span)
        for other in others[:MOST_LISTED]
        for own in other.effects("deny")
    ]
    names = ", ".join(f"`{other.name}`" for other in others[:MOST_LISTED])
    return warning(
        "R411",
        f"`{item.name}` denies nothing that is not denied by {names}",
        effect.span,
        "delete it",
        *notes,
        *examples.note(item.condition, shows),
    )


PAGES: tuple[Page, ...] = (
    Page("R404", "a cap that can never bind",
         "A smaller cap holds wherever this one does: of the same scope, of everything together, or of a day where this\none is of a month of at most 31.",
         "rule small\n  cap total at $5.00/day\nrule large\n  cap total at $155.00/month\n",
         "rule small\n  cap total at $5.00/day\nrule large\n  cap total at $100.00/month\n"),
    Page("R411", "a denial that adds nothing", "Stronger or broader rules deny the same models wherever this one does.",
         'rule broad\n  deny provider mistral\n  because "x"\nrule narrow\n  deny provider mistral\n  when task is code\n  because "x"\n',
         'rule broad\n  deny provider mistral\n  because "x"\n'),
)  # fmt: skip
