"""Laws of what is said about policies: unreachable rules, differences, normal forms."""

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption

from router.analyse.diff import _decided, _differing, diff_policies
from router.analyse.reach import check_policy
from router.decide.decide import Decider
from router.decide.kleene import Truth, evaluate
from router.policy.compile.normal import Row, TooManyRowsError, rows_of
from router.policy.nodes import Effect, Layer, Let, LetRef, Rule
from tests.analyse.law_world import (
    CATALOGUE,
    added,
    decide,
    meaning,
    shuffled_restrictions,
    table_of,
    with_echoes,
    with_rules,
    without_over,
)
from tests.analyse.world import spendable
from tests.policies import HERE, judge_of, random_facts, random_layers, random_rule, word

TAG = Effect("tag", HERE, words=(word("spare"),))
SEEDS = st.integers(0, 2**40)
JUDGED = frozenset({"judgement", "complexity", "asked_complexity", "tier", "estimated_cost_usd"})
law = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


_DEAD = re.compile(r"the (\w+) of `([\w-]+)` can never win")


def dead_effects(layers: Sequence[Layer]) -> list[tuple[str, str]]:
    """Effects and rules that are reported never to win."""
    problems = check_policy(layers, CATALOGUE)
    return [match.groups() for p in problems if p.code == "R401" and (match := _DEAD.match(p.message))]  # type: ignore[misc]


def without_effect(layers: Sequence[Layer], kind: str, name: str) -> list[Layer]:
    """The policy without one effect of a rule; what remains of the rule tags, so that it stays a rule."""
    found = []
    for layer in layers:
        rules = [
            replace(rule, effects=tuple(e for e in rule.effects if e.kind != kind) or (TAG,))
            if rule.name.text == name
            else rule
            for file in layer.files
            for rule in file.rules
        ]
        found.append(with_rules(layer, rules))
    return found


@pytest.mark.slow
@law
@given(seed=SEEDS)
@example(seed=382)
def test_effect_that_is_reported_never_to_win_decides_nothing(seed: int) -> None:
    rng = Random(seed)
    layers = with_echoes(rng, random_layers(rng, 6))
    before = table_of(layers)
    for kind, name in dead_effects(layers)[:4]:
        after = table_of(without_effect(layers, kind, name))
        for _ in range(12):
            facts, judged = spendable(random_facts(rng)), judge_of(rng)
            # A hidden route is reached all the same when none of the models before it may be called.
            facts.pop("configured", None)
            old, new = meaning(decide(before, facts, judged)), meaning(decide(after, facts, judged))
            if kind == "route" and old["denials"]:
                continue
            # A tag hinges on what a route that was settled did not, so only one of the two may be judged.
            left_out = {"tags"} if old["judgement"] == new["judgement"] else {"tags", *JUDGED}
            compared = old.keys() - left_out
            assert {n: old[n] for n in compared} == {n: new[n] for n in compared}, (kind, name)


def test_effects_that_never_win_are_found_often_enough_for_the_law_to_mean_something() -> None:
    found: list[tuple[str, str]] = []
    for seed in range(40):
        rng = Random(seed)
        found += dead_effects(with_echoes(rng, random_layers(rng, 6)))
    assert len(found) >= 12
    assert {kind for kind, _ in found} >= {"route", "mode", "profile", "classify"}


@law
@given(seed=SEEDS)
def test_policy_does_not_differ_from_itself(seed: int) -> None:
    layers = random_layers(Random(seed), 8)
    assert diff_policies(table_of(layers), table_of(layers)).found == ()


@pytest.mark.slow
@law
@given(seed=SEEDS)
def test_every_difference_decides_differently_and_as_it_says(seed: int) -> None:
    rng = Random(seed)
    layers = random_layers(rng, 5)
    other = [renamed(layer) for layer in layers]
    changed = rng.randrange(len(other))
    rules = [rule for file in other[changed].files for rule in file.rules]
    rules[rng.randrange(len(rules))] = random_rule(rng, "changed", other[changed].name)
    other[changed] = with_rules(other[changed], [replace(rule, over=()) for rule in rules])
    old, new = table_of(layers), table_of(other)
    for difference in diff_policies(old, new).found:
        was, now = _decided(Decider(old), difference.request), _decided(Decider(new), difference.request)
        assert meaning(was) != meaning(now)
        assert difference.old != difference.new
        if difference.what in ("mode", "profile"):
            assert (getattr(was, difference.what), getattr(now, difference.what)) == (
                difference.old,
                difference.new,
            )
        if difference.what == "chain" and was.chain and now.chain:
            assert (" then ".join(was.chain), " then ".join(now.chain)) == (difference.old, difference.new)
        for key in difference.request:
            less = {k: v for k, v in difference.request.items() if k != key}
            assert difference.what not in {
                what for what, _, _ in _differing(_decided(Decider(old), less), _decided(Decider(new), less))
            }, f"{key} is not needed"


@pytest.mark.slow
def test_rule_that_changes_some_decision_is_found() -> None:
    missed = []
    for seed in range(40):
        rng = Random(seed)
        layers = random_layers(rng, 5)
        rule = replace(
            random_rule(rng, "added", "repo"),
            effects=(Effect("tag", HERE, words=(word("new"),)),),
            unless=None,
        )
        try:
            before, after = table_of(layers), table_of(added(layers, "repo", rule))
        except UnsatisfiedAssumption:
            continue
        differs = any(
            meaning(decide(before, facts, judged)) != meaning(decide(after, facts, judged))
            for facts, judged in [(random_facts(rng), judge_of(rng)) for _ in range(60)]
        )
        if differs and not diff_policies(before, after).found:
            missed.append(seed)
    assert missed == []


@law
@given(seed=SEEDS)
def test_reordered_restrictions_and_renamed_lets_are_no_difference(seed: int) -> None:
    rng = Random(seed)
    layers = without_over(random_layers(rng, 8))
    after = [renamed(layer) for layer in shuffled_restrictions(rng, layers)]
    assert diff_policies(table_of(layers), table_of(after)).found == ()


def renamed(layer: Layer) -> Layer:
    """The layer with its `let` called otherwise."""
    files = tuple(replace(file, items=tuple(_renamed(item) for item in file.items)) for file in layer.files)
    return replace(layer, files=files)


def _renamed(node: Any) -> Any:
    if isinstance(node, Let):
        return replace(node, name=word("another"), condition=_renamed(node.condition))
    if isinstance(node, LetRef):
        return replace(node, name="another")
    if isinstance(node, Rule):
        return replace(node, when=_renamed(node.when), unless=_renamed(node.unless))
    if hasattr(node, "operands"):
        return replace(node, operands=tuple(_renamed(operand) for operand in node.operands))
    if hasattr(node, "operand"):
        return replace(node, operand=_renamed(node.operand))
    return node


@law
@given(seed=SEEDS)
def test_rows_have_the_value_of_the_condition(seed: int) -> None:
    rng = Random(seed)
    table = table_of(random_layers(rng, 8))
    for at in range(len(table.names)):
        condition = table.condition(at)
        try:
            rows = rows_of(condition)
        except TooManyRowsError:
            continue
        for _ in range(6):
            facts = {
                **random_facts(rng),
                **rng.choice(({}, {"confidence": 0.5, "profile": "budget", "cost": 0.1})),
            }
            assert of_rows(rows, facts) == evaluate(condition, facts), condition


def of_rows(rows: tuple[Row, ...], facts: dict[str, Any]) -> Truth:
    return any_of([all_of([of_literal(literal, facts) for literal in row]) for row in rows])


def of_literal(literal: Any, facts: dict[str, Any]) -> Truth:
    value = any_of([evaluate(atom, facts) for atom in literal.atoms])
    return value if literal.positive or value is None else not value


def any_of(values: list[Truth]) -> Truth:
    return True if True in values else None if None in values else False


def all_of(values: list[Truth]) -> Truth:
    return False if False in values else None if None in values else True
