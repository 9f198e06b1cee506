"""The same decisions without the index: every rule is asked, one after the other. Slow, short, and the oracle."""

from typing import Any

from router.decide.chain import Context, context_of, fitting, reordered, route_models
from router.decide.collect import Collected, collect
from router.decide.decide import Classify
from router.decide.judged import unjudged, with_foretold
from router.decide.kleene import evaluate
from router.decide.restrictions import Restrictions
from router.decide.strain import eased
from router.model.decision import (
    DEFAULT_MODE,
    DEFAULT_PROFILE,
    Decision,
    Facts,
    Judgement,
)
from router.model.terms import COMPLEXITIES, RESTRICTIONS, TIER_OF, TIERS
from router.table.table import Table

COLLECTING = RESTRICTIONS | {"compress", "tag", "downgrade"}


def decide_plainly(table: Table, facts: Facts, classify: Classify = unjudged) -> Decision:
    """The decision for a request, always classified unless task and complexity are given."""
    known: dict[str, Any] = dict(facts)
    judgement = _judge(table, known, classify)
    if table.expectations is not None:
        judgement = with_foretold(judgement, classify, table.expectations.dimensioned)
    known.update(task=judgement.task, complexity=judgement.complexity, confidence=judgement.confidence)
    profile, profile_rule = _first_word(table, known, "profile", DEFAULT_PROFILE)
    known["profile"] = profile
    mode, mode_rule = _first_word(table, known, "mode", DEFAULT_MODE)
    early = _collect(table, known)
    complexity, tier = _downgraded(judgement, early.ceiling)
    selecting = {**known, "complexity": complexity}
    context = context_of(judgement, complexity, tier, profile, facts)
    chain, route_rule = _route(table, selecting, early, context)
    known["cost"] = _cost(table, chain, context)
    collected = _collect(table, known)
    fired = [
        ("mode", mode_rule),
        ("profile", profile_rule),
        ("route", route_rule),
        ("classify", judgement.rule),
    ]
    wishes = [(kind, table.names[index]) for index, kind, _ in _wishes(table, selecting)]
    rules = tuple((kind, name) for kind, name in fired if name is not None) + tuple(wishes) + collected.rules
    refused = bool(collected.refusals)
    return Decision(
        "refused" if refused else "route" if chain else "nothing",
        judgement, complexity, judgement.complexity, tier, mode, profile,
        () if refused else chain, None if refused else known["cost"],
        collected.denials, collected.caps, collected.refusals, collected.approvals, collected.redact,
        collected.compress, collected.tags, rules, table.fingerprint,
    )  # fmt: skip


def _fires(table: Table, index: int, kind: str, facts: Facts) -> bool:
    value = evaluate(table.condition(index), facts)
    return value is True or (value is None and kind in RESTRICTIONS)


def _judge(table: Table, facts: Facts, classify: Classify) -> Judgement:
    task, complexity = facts.get("task"), facts.get("complexity")
    rule, source, ruled = None, "given", None
    if task is None:
        found = _first(table, facts, "classify")
        if found is not None:
            index, effect = found
            task, rule, source = effect["words"][0], table.names[index], "rule"
            ruled = effect["words"][1] if len(effect["words"]) > 1 else None
    complexity = complexity or ruled
    if task is not None and complexity is not None:
        said = facts.get("confidence") if source == "given" else None
        confidence = 1.0 if said is None else said
        return Judgement(task, complexity, TIER_OF[complexity], confidence, 1.0, False, source, rule)  # type: ignore[arg-type]
    judged = classify(facts)
    if complexity is not None:
        judged = judged._replace(complexity=complexity, tier=TIER_OF[complexity], complexity_confidence=1.0)
    if task is not None:
        judged = judged._replace(task=task, confidence=1.0, abstained=False, source=source, rule=rule)  # type: ignore[arg-type]
    return judged


def _first(table: Table, facts: Facts, kind: str) -> tuple[int, dict[str, Any]] | None:
    for index in range(len(table.names)):
        for effect in table.rule(index)["effects"]:
            if effect["kind"] == kind and _fires(table, index, kind, facts):
                return index, effect
    return None


def _first_word(table: Table, facts: Facts, kind: str, default: str) -> tuple[str, str | None]:
    found = _first(table, facts, kind)
    return (default, None) if found is None else (found[1]["words"][0], table.names[found[0]])


def _collect(table: Table, facts: Facts) -> Collected:
    wanted = []
    for index in range(len(table.names)):
        kinds = {e["kind"] for e in table.rule(index)["effects"] if e["kind"] in COLLECTING}
        fired = frozenset(kind for kind in kinds if _fires(table, index, kind, facts))
        if fired:
            wanted.append((index, fired))
    return collect(table, wanted)


def _downgraded(judgement: Judgement, ceiling: str | None) -> tuple[str | None, str]:
    complexity, tier = judgement.complexity, judgement.tier or "premium"
    if ceiling is None:
        return complexity, tier
    if complexity is None or COMPLEXITIES.index(complexity) > COMPLEXITIES.index(ceiling):
        complexity = ceiling
    return complexity, min(tier, TIER_OF[ceiling], key=TIERS.index)


def _wishes(table: Table, facts: Facts) -> list[tuple[int, str, list[tuple[str, str]]]]:
    return [
        (index, effect["kind"], [(kind, text) for kind, text in effect["targets"]])
        for index in range(len(table.names))
        for effect in table.rule(index)["effects"]
        if effect["kind"] in ("prefer", "avoid") and _fires(table, index, effect["kind"], facts)
    ]


def _route(
    table: Table, facts: Facts, collected: Collected, context: Context
) -> tuple[tuple[str, ...], str | None]:
    restrictions, catalogue = Restrictions(collected.denials), table.catalogue
    wishes = [(kind, targets) for _, kind, targets in _wishes(table, facts)]
    for index in range(len(table.names)):
        targets = [t for e in table.rule(index)["effects"] if e["kind"] == "route" for t in e["targets"]]
        if not targets or not _fires(table, index, "route", facts):
            continue
        models = route_models(targets, restrictions, catalogue, context, table.expectations)
        if fitting(models, restrictions, catalogue, context)[0]:
            wished = reordered(models, wishes, catalogue, context)
            return eased(fitting(wished, restrictions, catalogue, context)[0], context.strained), table.names[
                index
            ]
    return (), None


def _cost(table: Table, chain: tuple[str, ...], context: Context) -> float | None:
    if not chain:
        return None
    output = table.catalogue.expected_output_tokens(context.task, context.complexity)
    return table.catalogue.estimate_usd(chain[0], context.tokens, output)
