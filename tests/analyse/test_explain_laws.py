"""Laws of the trace: it says what was decided, and nothing of the prompt."""

import json
from random import Random
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from router.analyse.asked import SELECTING, known_facts
from router.analyse.explain import Trace, explain, what_if, why_not
from router.analyse.render import render
from router.decide.decide import Decider
from router.decide.kleene import evaluate
from router.decide.strain import with_strain
from router.model.decision import Decision
from router.model.terms import RESTRICTIONS
from tests.analyse.world import decider_of, focused_layers, meaning, requests_for
from tests.policies import judge_of, random_layers

law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 2**40)
SECRET = "hunter2-swordfish"


def decided(seed: int) -> tuple[Random, Decider, dict[str, Any], Decision]:
    """A random policy, a request with a secret in its prompt, and its decision."""
    rng = Random(seed)
    size = rng.randint(2, 10)
    decider = decider_of(*(focused_layers(rng, size) if seed % 2 else random_layers(rng, size)))
    facts = dict(next(iter(requests_for(rng, decider.table, 2))))
    facts["prompt"] = f"{facts.get('prompt', '')} {SECRET}"
    judged = judge_of(rng)
    return rng, decider, facts, decider.decide(facts, lambda _: judged)


def in_force(trace: Trace) -> set[tuple[str, str]]:
    """Effects and rules that the trace says are in force."""
    said = ((rule.rule, part.partition(": ")) for rule in trace.rules for part in rule.outcome.split("; "))
    return {(effect, rule) for rule, (effect, _, outcome) in said if outcome == "in force"}


@law
@given(seed=SEEDS)
def test_trace_says_in_force_of_exactly_what_decided(seed: int) -> None:
    _, decider, facts, decision = decided(seed)
    wanted = {(effect, rule) for effect, rule in decision.rules if effect != "route" or decision.chain}
    assert in_force(explain(decider, facts, decision)) == wanted


@law
@given(seed=SEEDS)
def test_rules_of_the_trace_stand_in_order_and_matched(seed: int) -> None:
    _, decider, facts, decision = decided(seed)
    trace, table = explain(decider, facts, decision), decider.table
    order = [table.names.index(rule.rule) for rule in trace.rules]
    assert order == sorted(order)
    known = known_facts(decider, facts, decision)
    views = [known, {**known, "complexity": decision.complexity}]
    for index, rule in zip(order, trace.rules, strict=True):
        values = {evaluate(table.condition(index), view) for view in views}
        kinds = {effect["kind"] for effect in table.rule(index)["effects"]}
        assert True in values or (None in values and kinds & RESTRICTIONS)
        assert bool(rule.unknown) <= (None in values)


@law
@given(seed=SEEDS)
def test_every_rule_that_is_not_in_the_trace_says_why_not(seed: int) -> None:
    _, decider, facts, decision = decided(seed)
    table, known = decider.table, known_facts(decider, facts, decision)
    traced = {rule.rule for rule in explain(decider, facts, decision).rules}
    for index, name in enumerate(table.names):
        answer = why_not(decider, facts, decision, name)
        # Before a downgrade a rule may match that selection, which comes after it, no longer sees.
        lowered = decision.complexity != decision.asked_complexity
        assert (answer.failed is None) == (name in traced) or (lowered and name in traced), (name, answer)
        if answer.failed is not None:
            kinds = {effect["kind"] for effect in table.rule(index)["effects"]}
            assert answer.failed.value is not True
            assert answer.failed.value is False or not kinds & RESTRICTIONS
            assert evaluate(table.condition(index), known) is not True or (lowered and kinds & SELECTING)


@law
@given(seed=SEEDS)
def test_no_word_of_the_prompt_is_told(seed: int) -> None:
    _, decider, facts, decision = decided(seed)
    trace = explain(decider, facts, decision)
    told = [render(trace, True), render(trace, False), json.dumps(trace.to_plain())]
    told += [str(why_not(decider, facts, decision, name)) for name in decider.table.names]
    changed = what_if(decider, facts, {"prompt": f"{SECRET} {SECRET}", "turn": 3})
    told += [changed.text(), json.dumps(changed.to_plain())]
    assert not [text for text in told if "hunter2" in text or "swordfish" in text]


@law
@given(seed=SEEDS)
@example(seed=191)
def test_what_if_with_nothing_changed_changes_nothing_and_else_says_what(seed: int) -> None:
    rng, decider, facts, _ = decided(seed)
    assert what_if(decider, facts, {}).differences == ()
    key = rng.choice(sorted(facts))
    answer = what_if(decider, facts, {key: None})
    without = with_strain({name: value for name, value in facts.items() if name != key})
    assert answer.decision == decider.decide(without)
    old, new = meaning(decider.decide(facts)), meaning(answer.decision)
    named = {"rules", "asked_complexity", "judgement", "estimated_cost_usd"}
    differing = {name for name in old if old[name] != new[name]} - named
    assert bool(answer.differences) >= bool(differing - {"denials"}), differing


@law
@given(seed=SEEDS)
def test_render_is_short_and_free_of_control_characters(seed: int) -> None:
    _, decider, facts, decision = decided(seed)
    hostile = {**facts, "branch": "a\x1b[31mb\n\u202ec", "user": "\x07"}
    text = render(explain(decider, hostile, decider.decide(hostile)), colour=False)
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    rules = len(explain(decider, facts, decision).rules)
    assert len(render(explain(decider, facts, decision), False).splitlines()) <= 30 + 8 * min(rules, 12)
