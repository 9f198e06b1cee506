"""Laws of decisions over random policies and requests."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.decide.decide import Decider
from router.decide.strain import with_strain
from router.table.conditions import facts_of
from router.table.table import Table
from tests.analyse.law_world import (
    added,
    compiled,
    decide,
    meaning,
    shuffled_restrictions,
    table_of,
    without_over,
)
from tests.policies import judge_of, random_facts, random_layers, random_rule

SEEDS = st.integers(0, 2**40)
law = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RANK = {"off": 0, "shadow": 1, "suggest": 2, "enforce": 3}


@pytest.mark.slow
@law
@given(seed=SEEDS)
def test_same_facts_and_table_give_the_same_decision_bit_for_bit(seed: int) -> None:
    rng = Random(seed)
    data = compiled(random_layers(rng, 10))
    one, other = Decider(Table.load(data)), Decider(Table.load(bytes(bytearray(data))))
    requests = [(random_facts(rng), judge_of(rng)) for _ in range(8)]
    first = [one.decide(facts, lambda _, j=judged: j) for facts, judged in requests]
    # In another order and a second time, so that nothing that was remembered can matter.
    again = [
        other.decide(dict(reversed(facts.items())), lambda _, j=judged: j)
        for facts, judged in reversed(requests)
    ]
    assert [repr(d) for d in first] == [repr(d) for d in reversed(again)]
    assert [one.decide(facts, lambda _, j=judged: j) for facts, judged in requests] == first


@pytest.mark.slow
@law
@given(seed=SEEDS)
def test_compiling_twice_gives_the_same_bytes(seed: int) -> None:
    layers = random_layers(Random(seed), 10)
    assert compiled(layers) == compiled(layers) == compiled(tuple(reversed(layers)))


@pytest.mark.slow
@law
@given(seed=SEEDS)
def test_order_of_restrictions_changes_no_decision(seed: int) -> None:
    rng = Random(seed)
    layers = without_over(random_layers(rng, 10))
    before, after = table_of(layers), table_of(shuffled_restrictions(rng, layers))
    for _ in range(10):
        facts, judged = random_facts(rng), judge_of(rng)
        assert meaning(decide(before, facts, judged)) == meaning(decide(after, facts, judged))


@pytest.mark.slow
@law
@given(seed=SEEDS)
def test_more_rules_lift_no_restriction(seed: int) -> None:
    """Whatever the weakest or the strongest unlocked layer adds, no denial goes, no cap rises, no locked mode falls."""
    rng = Random(seed)
    layers = random_layers(rng, 9)
    where = rng.choice(("repo", "user", "built-in"))
    rule = random_rule(rng, "more", where)
    if any(effect.kind in ("classify", "profile") for effect in rule.effects):
        return  # They change what the request is, and by that which conditions hold.
    before, after = table_of(layers), table_of(added(layers, where, rule))
    locked_modes = {
        name
        for at, name in enumerate(before.names)
        if before.rule(at)["locked"] and any(e["kind"] == "mode" for e in before.rule(at)["effects"])
    }
    priced = {name for at, name in enumerate(before.names) if "cost" in facts_of(before.condition(at))}
    for _ in range(10):
        facts, judged = random_facts(rng), judge_of(rng)
        old, new = decide(before, facts, judged), decide(after, facts, judged)
        assert set(old.denials) <= set(new.denials)
        caps = {(cap.scope, cap.period): cap.usd for cap in new.caps}
        assert all(caps[cap.scope, cap.period] <= cap.usd for cap in old.caps if cap.rule not in priced)
        assert {r for r in old.refusals if r not in priced} <= set(new.refusals)
        assert {a for a in old.approvals if a not in priced} <= set(new.approvals)
        if ("mode", next((r for k, r in old.rules if k == "mode"), None))[1] in locked_modes:
            assert RANK[new.mode] >= RANK[old.mode]


@law
@given(seed=SEEDS)
def test_every_request_yields_an_outcome_that_its_chain_fits(seed: int) -> None:
    rng = Random(seed)
    table = table_of(random_layers(rng, 10))
    for _ in range(10):
        decision = decide(table, random_facts(rng), judge_of(rng))
        assert decision.outcome in ("route", "refused", "nothing")
        assert bool(decision.chain) == (decision.outcome == "route")
        assert bool(decision.refusals) == (decision.outcome == "refused")
        assert len(set(decision.chain)) == len(decision.chain)
        assert decision.mode in RANK and decision.tier in ("cheap", "mid", "premium")


@law
@given(seed=SEEDS)
def test_no_model_of_a_chain_is_denied_or_unconfigured(seed: int) -> None:
    from router.decide.restrictions import Restrictions

    rng = Random(seed)
    table = table_of(random_layers(rng, 10))
    for _ in range(10):
        facts = random_facts(rng)
        decision = decide(table, facts, judge_of(rng))
        for model in decision.chain:
            assert Restrictions(decision.denials).against(model) is None
            assert "configured" not in facts or model.partition("/")[0] in facts["configured"]


@law
@given(seed=SEEDS)
def test_a_fact_that_becomes_unknown_lifts_no_restriction(seed: int) -> None:
    rng = Random(seed)
    layers = random_layers(rng, 8)
    table = table_of(layers)
    if any(part == "known" for at in range(len(table.names)) for part in str(table.condition(at)).split("'")):
        return  # `known` is how a policy opts out.
    shifting = {
        kind for at in range(len(table.names)) for kind in (e["kind"] for e in table.rule(at)["effects"])
    } & {"classify", "profile"}
    for _ in range(10):
        facts, judged = random_facts(rng), judge_of(rng)
        less = with_strain(
            {
                key: value
                for key, value in facts.items()
                if key in ("task", "complexity", "configured") or rng.random() < 0.6
            }
        )
        if shifting:
            continue
        assert set(decide(table, facts, judged).denials) <= set(decide(table, less, judged).denials)
