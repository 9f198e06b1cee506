"""What one expectation of a test finds in a decision: whether it holds, what came, and which rules caused it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from router.decide.chain import Context, fitting, models_of
from router.decide.decide import Decider
from router.decide.globs import target_covers
from router.decide.restrictions import Restrictions
from router.model.decision import Decision
from router.policy.nodes import Expect, Target

_FLAGS = {
    "refused": ("refusals", "refused", "not refused"),
    "approval": ("approvals", "approval required", "no approval"),
}
VALUED = frozenset({"task", "complexity", "tier", "mode", "profile", "route", "chain"})
"""Expectations of a value there always is: negated, they say that another one came."""


class Found(NamedTuple):
    """`causes` are the rules that brought about what came."""

    held: bool
    came: str
    causes: tuple[str, ...]


def is_met(expect: Expect, found: Found) -> bool:
    """Whether the decision is as expected; `by` asks for a cause, which `not` may deny along with the effect."""
    caused = expect.by is None or expect.by.text in found.causes
    if expect.negated and expect.kind in VALUED:
        return not found.held and caused
    return (found.held and caused) != expect.negated


def find(expect: Expect, decider: Decider, decision: Decision) -> Found:
    """What a decision says about an expectation, before any negation."""
    word = expect.words[0].text if expect.words else ""
    match expect.kind:
        case "task" | "tier" | "mode" | "profile":
            value = getattr(decision, expect.kind) or "unknown"
            effect = {"task": "classify", "tier": "downgrade"}.get(expect.kind, expect.kind)
            return Found(value == word, value, _by(decision, effect))
        case "complexity" | "downgrade":
            return _level(expect.kind, word, decision)
        case "refused" | "approval":
            field, yes, no = _FLAGS[expect.kind]
            causes = getattr(decision, field)
            return Found(bool(causes), yes if causes else no, causes)
        case "fired":
            fired = tuple(dict.fromkeys(rule for _, rule in decision.rules))
            return Found(word in fired, f"fired: {', '.join(fired) or 'none'}", ())
        case "redact" | "tag" | "compress":
            return _words(expect, decider, decision)
        case "cap":
            return _cap(expect, decision)
        case "denied" | "allowed":
            return _denied(expect, decider, decision)
    return _chain(expect, decider, decision)


def _by(decision: Decision, *effects: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule for effect, rule in decision.rules if effect in effects))


def _level(kind: str, word: str, decision: Decision) -> Found:
    lowered = decision.complexity != decision.asked_complexity
    held = decision.complexity == word and (lowered or kind == "complexity")
    return Found(
        held, decision.complexity or "unknown", _by(decision, "downgrade" if lowered else "classify")
    )


def _words(expect: Expect, decider: Decider, decision: Decision) -> Found:
    """`redact secrets` is part of what is redacted; `compress style lite` is one whole."""
    values: Sequence[str] = decision.tags if expect.kind == "tag" else getattr(decision, expect.kind)
    words = [word.text for word in expect.words]
    wanted = {" ".join(words)} if expect.kind == "compress" else set(words)
    causes = tuple(
        rule
        for rule in _by(decision, expect.kind)
        if any(wanted & _said(effect) for effect in _effects(decider, rule, expect.kind))
    )
    return Found(wanted <= set(values), ", ".join(values) or "none", causes)


def _effects(decider: Decider, rule: str, kind: str) -> Iterable[dict[str, Sequence[str]]]:
    table = decider.table
    indexes = (at for at, name in enumerate(table.names) if name == rule)
    return (effect for at in indexes for effect in table.rule(at)["effects"] if effect["kind"] == kind)


def _said(effect: dict[str, Sequence[str]]) -> set[str]:
    words = effect.get("words", ())
    return {" ".join(words)} if effect["kind"] == "compress" else set(words)


def _cap(expect: Expect, decision: Decision) -> Found:
    scope = tuple(word.text for word in expect.words)
    found = [cap for cap in decision.caps if cap.scope == scope and cap.period == expect.period]
    came = ", ".join(f"${cap.usd:.2f}/{cap.period}" for cap in found) or "no such cap"
    return Found(any(cap.usd == expect.usd for cap in found), came, tuple(cap.rule for cap in found))


def _denied(expect: Expect, decider: Decider, decision: Decision) -> Found:
    """A target is denied when everything it stands for is; it is allowed when something is not."""
    restrictions = Restrictions(decision.denials)
    causes: dict[str, None] = {}
    free = False
    for model in _stands_for(expect.targets[0], decider):
        denial = restrictions.against(model)
        free = free or denial is None
        causes.update({d.rule: None for d in decision.denials if Restrictions((d,)).against(model)})
    came = f"denied: {', '.join(decision.denied) or 'none'}"
    allowing = [d for d in decision.denials if d.effect == "allow"]
    for denial in allowing:
        came += f"; allowed only {', '.join(text for _, text in denial.targets)}"
    held = free if expect.kind == "allowed" else not free
    return Found(held, came, tuple(causes))


def _stands_for(target: Target, decider: Decider) -> tuple[str, ...]:
    if target.kind == "model":
        return (target.text,)
    known = tuple(m for m in decider.catalogue.models if target_covers(target.kind, target.text, m))
    return known or ((f"{target.text}/*",) if target.kind == "provider" else (target.text,))


def _chain(expect: Expect, decider: Decider, decision: Decision) -> Found:
    came = " then ".join(decision.chain) or ("refused" if decision.refusals else "nothing")
    causes = _by(decision, "route")
    if expect.kind == "nothing":
        return Found(not decision.chain, came, causes)
    if expect.kind == "route":
        first = decision.chain[0] if decision.chain else None
        held = first is not None and _leads(expect.targets[0], first, decider, decision)
        return Found(held, first or came, causes)
    wanted = [model for target in expect.targets for model in _expanded(target, decider, decision)]
    return Found(list(decision.chain) == list(dict.fromkeys(wanted)), came, causes)


def _leads(target: Target, first: str, decider: Decider, decision: Decision) -> bool:
    if target.kind == "chain":
        return list(_expanded(target, decider, decision))[:1] == [first]
    return target_covers(target.kind, target.text, first)


def _expanded(target: Target, decider: Decider, decision: Decision) -> Sequence[str]:
    """The models that a target means under this decision; of providers and chains those that may be used."""
    if target.kind == "model":
        return (target.text,)
    task = decision.task if decision.task not in (None, "inherit") else "query"
    context = Context(
        task or "query",
        decision.complexity or "moderate",
        decision.tier,
        decision.profile,
        None,
        frozenset(),
        0,
    )
    models = models_of(target.kind, target.text, decider.catalogue, context)
    return fitting(models, Restrictions(decision.denials), decider.catalogue, context)[0]
