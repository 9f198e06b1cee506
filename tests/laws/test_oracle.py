"""The indexed decision is the plain one, for any policy and request."""

from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.decide.decide import Decider
from router.decide.plain import decide_plainly
from router.model.catalogue import catalogue_to_plain
from router.model.decision import Decision
from router.policy.catalogue import load_catalogue
from router.policy.compile.compile import compile_policy
from router.table.table import Table
from tests.policies import judge_of, random_facts, random_layers

CATALOGUE = catalogue_to_plain(load_catalogue())


def table_of(rng: Random, rules: int) -> Table:
    data, problems = compile_policy(random_layers(rng, rules), CATALOGUE, {}, "random")
    assert data is not None, problems
    return Table.load(data)


def comparable(decision: Decision) -> dict[str, Any]:
    """What two decisions must share: all of it, but for what nothing hinged on."""
    fields = decision._asdict()
    fields["rules"] = sorted(fields["rules"])
    if decision.judgement.complexity is None:
        for name in ("judgement", "complexity", "asked_complexity", "tier"):
            del fields[name]
    elif decision.judgement.task is None and decision.judgement.source == "given":
        del fields["judgement"]
    return fields


def agree(table: Table, facts: dict[str, Any], judgement: Any) -> None:
    fast = Decider(table).decide(facts, lambda _: judgement)
    plain = decide_plainly(table, facts, lambda _: judgement)
    wanted, found = comparable(plain), comparable(fast)
    assert {name: wanted[name] for name in found if name != "estimated_cost_usd"} == {
        name: found[name] for name in found if name != "estimated_cost_usd"
    }


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**40), rules=st.integers(1, 14))
def test_indexed_and_plain_decisions_agree(seed: int, rules: int) -> None:
    rng = Random(seed)
    table = table_of(rng, rules)
    for _ in range(12):
        agree(table, random_facts(rng), judge_of(rng))
