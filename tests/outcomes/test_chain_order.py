"""Outcomes order the members of a chain, and nothing else."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.decide.chain import Context, models_of
from router.decide.decide import Decider
from router.decide.order import ordered
from router.decide.plain import decide_plainly
from router.model.catalogue import catalogue_to_plain
from router.model.outcomes import Cell, Expectations, Expected, Foretold, expectations_to_plain
from router.policy.catalogue import load_catalogue
from router.policy.compile.compile import compile_policy
from router.policy.nodes import Layer, PolicyFile
from router.policy.parse import parse_policy
from router.table.table import Table
from tests.outcomes.shell import Shell
from tests.outcomes.test_commands import imported
from tests.policies import judge_of, random_expectations, random_facts, random_layers

CATALOGUE = load_catalogue()
PLAIN = catalogue_to_plain(CATALOGUE)
GIVEN = {"task": "code", "complexity": "complex"}


def expecting(
    models: dict[str, tuple[float, float]], weight: float = 0.0, cell: Cell | None = None
) -> Expectations:
    found = {model: Expected(score, cost, 9) for model, (score, cost) in models.items()}
    return Expectations({cell or Cell("code"): found}, weight)


def table_of(layers: tuple[Layer, ...], expectations: Expectations | None) -> Table:
    outcomes = None if expectations is None else expectations_to_plain(expectations)
    data, problems = compile_policy(layers, PLAIN, {}, "made", outcomes)
    assert data is not None, problems
    return Table.load(data)


def chain(text: str, expectations: Expectations | None, **facts: Any) -> tuple[str, ...]:
    """The chain of a policy's text, decided both ways."""
    file, problems = parse_policy(text, "made.rules")
    assert problems == ()
    table = table_of((Layer("repo", (PolicyFile("made.rules", file.rules),)),), expectations)
    known = {**GIVEN, **facts}
    fast, plain = Decider(table).decide(known), decide_plainly(table, known)
    assert fast.chain == plain.chain
    return fast.chain


PREMIUM = CATALOGUE.chain("premium", "code", "complex")
CODEX, OPUS, SOL, ARGON, GROK = PREMIUM
ROUTE = "rule r\n  route to @premium\n"


def test_members_with_data_stand_by_score_less_weighted_cost() -> None:
    found = {OPUS: (0.9, 0.10), SOL: (0.8, 0.01), GROK: (0.7, 0.0)}
    assert chain(ROUTE, expecting(found)) == PREMIUM
    # 0.9 - 1, 0.8 - 0.1 and 0.7 - 0: the three change places among themselves, the other two stay where they are.
    found = {OPUS: (0.9, 0.10), SOL: (0.8, 0.011), GROK: (0.7, 0.0)}
    assert chain(ROUTE, expecting(found, 10.0)) == (CODEX, GROK, SOL, ARGON, OPUS)


def test_one_member_with_data_changes_nothing() -> None:
    assert chain(ROUTE, expecting({GROK: (1.0, 0.0), "mistral/codestral-latest": (0.0, 1.0)})) == PREMIUM


def test_data_of_another_task_change_nothing() -> None:
    found = {CODEX: (0.0, 1.0), GROK: (1.0, 0.0)}
    assert chain(ROUTE, expecting(found, cell=Cell("query"))) == PREMIUM
    assert chain(ROUTE, expecting(found))[0] == GROK


def test_chain_named_model_by_model_stays_as_it_is() -> None:
    found = expecting({OPUS: (0.1, 1.0), SOL: (0.9, 0.0)})
    assert chain(f"rule r\n  route to {OPUS} then {SOL}\n", found) == (OPUS, SOL)
    pinned_first = chain(f"rule r\n  route to {OPUS} then @premium\n", found)
    assert pinned_first[0] == OPUS and pinned_first.index(SOL) < pinned_first.index(ARGON)


def test_wishes_come_after_outcomes() -> None:
    found = expecting({OPUS: (0.1, 1.0), SOL: (0.9, 0.0)})
    assert chain(ROUTE + f"rule w\n  prefer {OPUS}\n", found)[0] == OPUS
    assert chain(ROUTE + "rule w\n  avoid provider openai\n", found)[-1] == SOL


def test_member_that_may_not_be_used_moves_no_other() -> None:
    found = expecting({CODEX: (0.1, 0.0), OPUS: (0.2, 0.0), GROK: (0.9, 0.0)})
    assert chain(ROUTE, found) == (GROK, OPUS, SOL, ARGON, CODEX)
    denied = chain(ROUTE + "rule d\n  deny provider xai\n", found)
    assert denied == (OPUS, CODEX, SOL, ARGON)
    assert chain(ROUTE, found, configured=frozenset({"codex", "openai", "google"})) == (CODEX, SOL)


def test_of_two_worth_the_same_the_cheaper_then_the_earlier_comes_first() -> None:
    cell = Cell("code")
    alike = expecting({"a": (0.5, 0.2), "b": (0.5, 0.1), "c": (0.5, 0.1)})
    assert ordered(["a", "b", "c"], {"a", "b", "c"}, alike, cell) == ["b", "c", "a"]
    assert ordered(["c", "b", "a"], {"a", "b", "c"}, alike, cell) == ["c", "b", "a"]


def names_models_only(table: Table, rule: str) -> bool:
    records = (table.rule(at) for at, name in enumerate(table.names) if name == rule)
    targets = [
        t for record in records for e in record["effects"] if e["kind"] == "route" for t in e["targets"]
    ]
    return all(kind != "chain" for kind, _ in targets)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**40), rules=st.integers(1, 14))
def test_outcomes_permute_chains_leave_pinned_ones_and_both_deciders_agree(seed: int, rules: int) -> None:
    rng = Random(seed)
    layers = random_layers(rng, rules)
    expectations = random_expectations(rng, CATALOGUE.models)
    without, table = table_of(layers, None), table_of(layers, expectations)
    for _ in range(8):
        facts, judgement = random_facts(rng), judge_of(rng)
        before = Decider(without).decide(facts, lambda _, j=judgement: j)
        after = Decider(table).decide(facts, lambda _, j=judgement: j)
        assert after.chain == decide_plainly(table, facts, lambda _, j=judgement: j).chain
        assert sorted(after.chain) == sorted(before.chain)
        route = next((rule for effect, rule in before.rules if effect == "route"), None)
        if route is not None and names_models_only(table, route):
            assert after.chain == before.chain
        if not Decider(table).weighed(after, facts):
            assert after.chain == before.chain


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True), st.sets(st.sampled_from("abcdefgh")),
    st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(st.floats(0, 1), st.floats(0, 1))), st.floats(0, 9),
)  # fmt: skip
def test_members_without_data_or_use_keep_their_places(
    members: list[str], usable: set[str], found: dict[str, tuple[float, float]], weight: float
) -> None:
    expectations = expecting(found, weight)
    after = ordered(members, usable, expectations, Cell("code", None, "simple"))
    assert sorted(after) == sorted(members)
    moved = [at for at, (one, other) in enumerate(zip(members, after)) if one != other]
    assert all(members[at] in usable & found.keys() for at in moved)
    worths = [expectations.worth(Expected(*found[m], 9)) for m in after if m in usable and m in found]
    assert worths == sorted(worths, reverse=True)


def test_table_without_outcomes_holds_no_word_of_them() -> None:
    layers = random_layers(Random(5), 6)
    one, _ = compile_policy(layers, PLAIN, {}, "made")
    other, _ = compile_policy(layers, PLAIN, {}, "made", None)
    assert one == other and one is not None and b'"outcomes"' not in one


def test_chain_target_is_what_a_context_says() -> None:
    context = Context("code", "complex", "premium", "balanced", None, frozenset(), 0, None, Foretold("bugs"))
    assert context.cell == Cell("code", "bugs", "complex")
    assert models_of("chain", "tier", CATALOGUE, context) == PREMIUM


# -- as commands -----------------------------------------------------------------------------------------------


def dry_run(shell: Shell) -> Any:
    return shell.run("test", "why", "--task", "code", "--complexity", "complex", "--json").plain


def test_dry_run_says_that_the_order_came_from_outcomes(shell: Shell) -> None:
    path = shell.write(
        "m.jsonl",
        "\n".join(
            f'{{"id": "r{n}", "category": "code", "models": {{"{OPUS}": {{"score": 0.5, "cost": 0.1}},'
            f' "{SOL}": {{"score": 0.9, "cost": 0.1}}}}}}'
            for n in range(30)
        ),
    )
    before = dry_run(shell)
    assert before["chain"] == list(PREMIUM) and "outcomes" not in before["trace"]
    assert shell.run("outcomes", "import", path).code == 0
    after = dry_run(shell)
    assert after["chain"] == [CODEX, SOL, OPUS, ARGON, GROK]
    assert [m["model"] for m in after["trace"]["outcomes"][0]["members"]] == [SOL, OPUS]
    text = shell.run("test", "why", "--task", "code", "--complexity", "complex").out
    [said] = [one for one in text.splitlines() if one.startswith("order ")]
    assert "by outcomes of code" in said and "2 members have data" in said and f"{SOL} 0.9" in said
    assert shell.run("outcomes", "import", "--remove").code == 0
    assert dry_run(shell) == before


def test_damaged_table_is_a_warning_and_chains_keep_their_order(shell: Shell) -> None:
    imported(shell)
    shell.table.write_bytes(shell.table.read_bytes()[:-40])
    ran = shell.run("check")
    assert ran.code == 0 and "warning[R761]" in ran.out + ran.err
    assert dry_run(shell)["chain"] == list(PREMIUM)
    shown = shell.run("outcomes", "show")
    assert shown.code == 1 and "--replace" in shown.err and len(shown.err.strip().splitlines()) == 1
    shell.table.unlink()
    assert "R761" not in shell.run("check").out


def test_tests_of_a_policy_are_decided_without_the_users_outcomes(shell: Shell) -> None:
    imported(shell)
    shell.write(
        "repo/.llm-router/p.rules",
        'rule r\n  route to @premium\n\ntest "first"\n  given task code, complexity complex\n'
        f"  expect route {' then '.join(PREMIUM)}\n",
    )
    ran = shell.run("test")
    assert ran.code == 0, ran
