"""Laws of the reports: what is said never to happen does not happen, on policies in which rules meet often."""

import re
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.base.problems import Problem
from router.decide.decide import Decider
from router.decide.kleene import evaluate
from router.model.decision import Cap, Decision, Facts, Judgement
from router.policy.nodes import Layer
from tests.analyse.world import (
    callable_requests,
    check,
    decider_of,
    focused_layers,
    meaning,
    without_effect,
)
from tests.policies import judge_of

law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 2**40)
REQUESTS = 24
_EFFECT = re.compile(r"(route|mode|profile|classify|prefer|avoid|cap) of `(r\d+)`")
_TARGETS = re.compile(r"`([^`]+)`")


def policy(seed: int) -> tuple[Random, tuple[Layer, ...], tuple[Problem, ...]]:
    rng = Random(seed)
    layers = focused_layers(rng, rng.randint(3, 12))
    return rng, layers, check(*layers)


def effect_of(problem: Problem) -> tuple[str, str]:
    """Effect and rule that a problem is about."""
    found = _EFFECT.search(problem.message)
    return (found[1], found[2]) if found else ("deny", _TARGETS.findall(problem.message)[0])


def targets_of(problem: Problem) -> frozenset[str] | None:
    """The targets that a problem is about; None for the whole effect."""
    if problem.message.startswith("the ") or " in the " not in problem.message:
        return None
    return frozenset(_TARGETS.findall(problem.message.partition(" in the ")[0]))


def decided_twice(
    rng: Random, layers: tuple[Layer, ...], problem: Problem
) -> Iterator[tuple[Decision, Decision]]:
    """Decisions with and without what a problem is about, for requests that meet the policy's constants."""
    kind, rule = effect_of(problem)
    before = decider_of(*layers)
    after = decider_of(*without_effect(layers, rule, kind, targets_of(problem)))
    for facts in callable_requests(rng, before.table, REQUESTS):
        judged = judge_of(rng)

        def classify(_: Facts, judged: Judgement = judged) -> Judgement:
            return judged

        yield before.decide(facts, classify), after.decide(facts, classify)


def outcome(decision: Decision, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """What comes of a decision; the judgement is left out, for the classifier runs only where something hinges on it."""
    fields = meaning(decision)
    return {name: value for name, value in fields.items() if name not in ("judgement", *without)}


@law
@given(seed=SEEDS)
def test_what_can_never_win_or_changes_nothing_can_be_deleted(seed: int) -> None:
    rng, layers, problems = policy(seed)
    for problem in [p for p in problems if p.code in ("R401", "R403", "R409")][:3]:
        for old, new in decided_twice(rng, layers, problem):
            if old.judgement == new.judgement or problem.code == "R401":
                assert outcome(old) == outcome(new), problem.message


@pytest.mark.slow
@law
@given(seed=SEEDS)
def test_denied_chains_idle_denials_and_idle_wishes_decide_nothing(seed: int) -> None:
    rng, layers, problems = policy(seed)
    for problem in [p for p in problems if p.code in ("R405", "R407", "R411", "R412")][:3]:
        for old, new in decided_twice(rng, layers, problem):
            if old.judgement == new.judgement:
                assert outcome(old, ("denials",)) == outcome(new, ("denials",)), problem.message


@pytest.mark.slow
@law
@given(seed=SEEDS)
def test_condition_that_can_never_be_true_never_is(seed: int) -> None:
    rng, layers, problems = policy(seed)
    table = decider_of(*layers).table
    for problem in [p for p in problems if p.code == "R402"][:4]:
        condition = table.condition(table.names.index(_TARGETS.findall(problem.message)[0]))
        assert all(
            evaluate(condition, facts) is not True for facts in callable_requests(rng, table, REQUESTS)
        ), problem


@law
@given(seed=SEEDS)
def test_without_an_idle_cap_others_keep_spending_as_low(seed: int) -> None:
    rng, layers, problems = policy(seed)
    for problem in [p for p in problems if p.code == "R404"][:3]:
        for old, new in decided_twice(rng, layers, problem):
            for cap in old.caps:
                assert any(_at_most(other, cap) for other in new.caps), (problem.message, cap, new.caps)


def _at_most(small: Cap, large: Cap) -> bool:
    """Whether one cap keeps spending under another; a month has at most 31 days."""
    times = {("day", "month"): 31}.get(
        (small.period, large.period), 1 if small.period == large.period else None
    )
    within = small.scope in (large.scope, ("total",))
    return within and times is not None and small.usd * times <= large.usd


@pytest.mark.slow
@law
@given(seed=SEEDS)
def test_examples_decide_as_they_say(seed: int) -> None:
    """An example ends in what came and by which rule; the same words must stand in no other rule's favour."""
    _, layers, _ = policy(seed)
    decider = decider_of(*layers)
    for problem in check(*layers, pedantic=True):
        for note in problem.notes:
            said = re.fullmatch(r"example: (.*) -> (\S+) by `(r\d+)`", note.message)
            if said and problem.code in ("R401", "R403", "R406", "R408", "R409"):
                kind = (
                    effect_of(problem)[0]
                    if problem.code != "R406"
                    else problem.message.split()[-4].rstrip(";")
                )
                assert any(
                    (kind, said[3]) in decider.decide(facts).rules
                    and said[2] in (_came(kind, decider.decide(facts)), "refused")
                    for facts in _requests(decider, said[1])
                ), (problem.message, note.message)


def _requests(decider: Decider, words: str) -> Iterator[dict[str, Any]]:
    """Witnesses of the rules, alone and joined in pairs, that are written in these words."""
    from router.analyse.examples import _tries, in_words

    conditions = [decider.table.condition(at) for at in range(len(decider.table.names))]
    pairs = [("and", a, b) for at, a in enumerate(conditions) for b in conditions[at + 1 :]]
    for condition in [*conditions, *pairs]:
        for facts in _tries(condition):
            if in_words(facts) == words:
                yield dict(facts)


def _came(kind: str, decision: Decision) -> str:
    chain = decision.chain[0] if decision.chain else "refused"
    return {"route": chain, "mode": decision.mode, "profile": decision.profile}.get(
        kind, decision.task or "unknown"
    )


@pytest.mark.slow
def test_each_kind_of_report_comes_often_enough_for_the_laws_to_mean_something() -> None:
    counts = Counter(problem.code for seed in range(150) for problem in policy(seed)[2])
    assert {code for code, count in counts.items() if count} >= {
        "R401", "R402", "R403", "R404", "R405", "R407", "R409", "R411", "R412",
    }  # fmt: skip
