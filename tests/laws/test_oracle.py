"""The indexed decision is the plain one, for any policy and request."""

from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.decide.decide import Classify, Decider
from router.decide.plain import decide_plainly
from router.model.catalogue import catalogue_to_plain
from router.model.decision import Decision
from router.model.outcomes import expectations_to_plain
from router.policy.catalogue import load_catalogue
from router.policy.compile.compile import compile_policy
from router.policy.nodes import Effect, Rule, Target
from router.table.table import Table
from tests.analyse.law_world import added
from tests.policies import HERE, judging_of, random_expectations, random_facts, random_layers, word

CATALOGUE = load_catalogue()
PLAIN = catalogue_to_plain(CATALOGUE)
LENGTHS = sorted({model.context_tokens for model in CATALOGUE.models.values()})
CHAINS = ("tier", "profile", "premium")
KINDS_OF_WORK = ("bugs", "tests")


def table_of(rng: Random, rules: int) -> Table:
    """A random policy's table: often with a last row that always matches, half of the time with outcomes."""
    layers, outcomes = random_layers(rng, rules), None
    if rng.random() < 0.7:
        chain = Effect("route", HERE, targets=(Target("chain", rng.choice(CHAINS), HERE),))
        layers = tuple(added(layers, "built-in", Rule(word("last"), (chain,), HERE)))
    if rng.random() < 0.5:
        outcomes = expectations_to_plain(random_expectations(rng, CATALOGUE.models, KINDS_OF_WORK))
    data, problems = compile_policy(layers, PLAIN, {}, "random", outcomes)
    assert data is not None, problems
    return Table.load(data)


def request_of(rng: Random) -> dict[str, Any]:
    """A random request, some of them too long for the contexts of some models."""
    facts = random_facts(rng)
    if rng.random() < 0.25:
        facts["prompt.tokens"] = rng.choice(LENGTHS) + rng.choice((0, 1))
    return facts


def comparable(decision: Decision) -> dict[str, Any]:
    """What two decisions must share: all of it, but for what nothing hinged on and heads foretold for nothing."""
    fields = decision._asdict()
    fields["rules"] = sorted(fields["rules"])
    fields["judgement"] = decision.judgement._replace(foretold=None)
    if None in (decision.judgement.task, decision.judgement.complexity):
        # Without a judgement, which nothing needed, an estimate is of another length.
        del fields["estimated_cost_usd"]
    if decision.judgement.complexity is None:
        for name in ("judgement", "complexity", "asked_complexity", "tier"):
            del fields[name]
    elif decision.judgement.task is None and decision.judgement.source == "given":
        del fields["judgement"]
    return fields


def both_ways(
    table: Table, decider: Decider, facts: dict[str, Any], classify: Classify
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the plain and the indexed decision of a request share."""
    wanted = comparable(decide_plainly(table, facts, classify))
    found = comparable(decider.decide(facts, classify))
    return {name: wanted[name] for name in found}, found


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**40), rules=st.integers(1, 14))
def test_indexed_and_plain_decisions_agree(seed: int, rules: int) -> None:
    rng = Random(seed)
    table = table_of(rng, rules)
    decider = Decider(table)
    for _ in range(12):
        facts, classify = request_of(rng), judging_of(rng, CATALOGUE.models, KINDS_OF_WORK)
        plain, fast = both_ways(table, decider, facts, classify)
        assert fast == plain
