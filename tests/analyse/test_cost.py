"""The bound of a decision's work is printed, and no decision takes more."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from router.analyse.cost import Bound, Most, bound_of
from router.decide.decide import Decider
from router.decide.scan import make_scan
from router.model.catalogue import Catalogue
from router.model.decision import Decision, Facts, Judgement
from router.model.outcomes import expectations_to_plain
from router.policy.compile.compile import compile_policy
from router.policy.nodes import Effect, Rule, Target
from router.table.format import unpack
from router.table.table import Masks, Table
from tests.analyse.law_world import CATALOGUE as WHOLE
from tests.analyse.law_world import PLAIN_CATALOGUE as WHOLE_PLAIN
from tests.analyse.law_world import added
from tests.analyse.world import PLAIN_CATALOGUE, layer, table_of
from tests.policies import HERE, judge_of, random_expectations, random_facts, random_layers, word

LAST = Rule(word("last"), (Effect("route", HERE, targets=(Target("chain", "tier", HERE),)),), HERE)
SEEDS = st.integers(0, 2**40)


class Work:
    """What a decision did, counted by the data that it worked on."""

    def __init__(self) -> None:
        self.columns = self.judged = self.models = 0
        self.scans: dict[str, int] = {}


class CountedMasks(dict[Any, int]):
    """The masks of a column, which count how often they are looked up."""

    def __init__(self, masks: Masks, work: Work) -> None:
        self._masks, self._work = masks, work

    def __missing__(self, value: Any) -> int:
        self._work.columns += 1
        return self._masks[value]


class CountedSlot:
    """A column of literals, which counts how often it is looked up."""

    def __init__(self, slot: Any, work: Work) -> None:
        self._slot, self._work = slot, work

    def mask(self, true: list[int]) -> int:
        self._work.columns += 1
        return int(self._slot.mask(true))

    def partial_mask(self, true: list[int]) -> int:
        self._work.columns += 1
        return int(self._slot.partial_mask(true))

    @property
    def unknown(self) -> int:
        self._work.columns += 1
        return int(self._slot.unknown)


class CountedModels(Mapping[str, Any]):
    """The models of a catalogue, which count how often one is looked up."""

    def __init__(self, models: Mapping[str, Any], work: Work) -> None:
        self._models, self._work = models, work

    def get(self, id_: str, default: Any = None) -> Any:
        self._work.models += 1
        return self._models.get(id_, default)

    def __getitem__(self, id_: str) -> Any:
        return self._models[id_]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)


class CountedTable(Table):
    """A table whose catalogue counts the models that are looked up."""

    work: Work

    @property
    def catalogue(self) -> Catalogue:
        found = super().catalogue
        return found._replace(models=CountedModels(found.models, self.work))


def counted(data: bytes, work: Work) -> Decider:
    """A decider whose columns, scans and catalogue count."""
    table = CountedTable(*unpack(data, "counted"))
    table.work = work
    for stage in table.stages.values():
        for column in (*stage.names, *stage.cells):
            column.masks = CountedMasks(column.masks, work)  # type: ignore[assignment]
        for fact, slots in stage.slots.items():
            stage.slots[fact] = [CountedSlot(slot, work) for slot in slots]  # type: ignore[misc]
    scans = {fact: scanning(fact, record, work) for fact, record in table.literals.items()}
    return Decider(table, scans)


def scanning(fact: str, record: dict[str, Any], work: Work) -> Callable[[Any], tuple[list[int], bool]]:
    scan = make_scan(fact, record)

    def counting(value: Any) -> tuple[list[int], bool]:
        work.scans[fact] = work.scans.get(fact, 0) + 1
        return scan(value)

    return counting


def decided(decider: Decider, work: Work, facts: Facts, judgement: Judgement) -> Decision:
    def classify(_: Facts) -> Judgement:
        work.judged += 1
        return judgement

    return decider.decide(facts, classify)


def check_bound(bound: Bound, table: Table, work: Work, facts: Facts, decision: Decision) -> None:
    """What was counted is no more than what the bound says."""
    known = sum(len(stage.known) for stage in table.stages.values())
    assert work.columns <= bound.columns - known
    assert all(count <= bound.scans[fact] for fact, count in work.scans.items())
    assert work.judged <= 1
    # One look-up more than there are candidates: the price of the first.
    assert work.models <= bound.models + 1
    routed = [name for effect, name in decision.rules if effect == "route"]
    if decision.estimated_cost_usd is not None and routed:
        own = [one.most.usd for one in bound.dearest if one.rule == routed[0]]
        assert None in own or decision.estimated_cost_usd <= max(usd for usd in own if usd is not None)


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=SEEDS, rules=st.integers(1, 14), longest=st.sampled_from((None, 100, 5_000)))
def test_no_decision_takes_more_than_its_bound(seed: int, rules: int, longest: int | None) -> None:
    rng = Random(seed)
    layers, outcomes = added(random_layers(rng, rules), "built-in", LAST), None
    if rng.random() < 0.5:
        outcomes = expectations_to_plain(random_expectations(rng, WHOLE.models, ("bugs",)))
    data, problems = compile_policy(tuple(layers), WHOLE_PLAIN, {}, "random", outcomes)
    if data is None:
        assert {problem.code for problem in problems} == {"R410"}
        reject()
    table = Table.load(data)
    bound = bound_of(table, longest)
    for _ in range(6):
        facts = {**random_facts(rng), "prompt.tokens": rng.randrange(longest or 2_000_000)}
        # A decider of its own for each, so that nothing that was remembered spares work.
        work = Work()
        decision = decided(counted(data, work), work, facts, judge_of(rng))
        check_bound(bound, table, work, facts, decision)


POLICY = """
rule dear
  route to openai/gpt-5.6 then ollama/qwen3.5:latest
  when hour in 20..6 and prompt contains any ("x", "y")
rule cheap
  route to ollama/qwen3.5:latest
rule no
  deny provider xai, deepseek
  when path under "src/"
"""


def test_bound_of_a_policy_that_pins_its_models() -> None:
    bound = bound_of(table_of(layer(POLICY)))
    # An interval round midnight takes two rows.
    assert (bound.rules, bound.rows) == (3, 4)
    # hour, prompt and path, one column each; no rule asks for anything twice.
    assert (bound.columns, bound.scans) == (3, {"path": 1, "prompt": 1})
    assert (bound.constants, bound.patterns) == ({"path": 1, "prompt": 2}, {"path": 0, "prompt": 0})
    assert bound.prompt_chars == 131_072
    # Two candidates in two rows and one; two more to see whether the first is settled, and again after the wishes.
    assert (bound.models, bound.restrained) == (2 + 2 + 1 + 2 + 2, 2)
    assert bound.judged_for == ()
    dear, cheap = bound.dearest
    # 100,000 tokens at $5 a million and an answer of 4,000 at $20.
    assert (dear.rule, dear.most.model, dear.most.complexity, dear.most.tokens) == (
        "dear",
        "openai/gpt-5.6",
        "deep",
        100_000,
    )
    assert dear.most.usd == pytest.approx(0.5 + 0.08)
    assert (cheap.most.usd, cheap.line) == (0.0, 5)


def test_shorter_prompts_cost_less() -> None:
    dear = bound_of(table_of(layer(POLICY)), 2_000).dearest[0]
    assert dear.most.usd == pytest.approx(0.01 + 0.08) and dear.most.tokens == 2_000


def test_what_may_be_asked_twice_or_needs_a_judgement() -> None:
    more = "rule down\n  downgrade to simple\n  when task is code\nrule wish\n  avoid provider openai\n"
    bound = bound_of(table_of(layer(POLICY + more)))
    assert bound.columns == 3 + 2
    assert bound.judged_for == ("down", "wish")


def test_preferred_models_count_for_every_route() -> None:
    bound = bound_of(table_of(layer(POLICY + "rule wish\n  prefer anthropic/claude-opus-5\n")))
    # 100,000 at $10 and 4,000 at $40.
    assert [(one.rule, one.most.usd) for one in bound.dearest] == [
        ("dear", pytest.approx(1.0 + 0.16)),
        ("cheap", pytest.approx(1.0 + 0.16)),
    ]


def test_model_without_a_price_bounds_nothing_and_stands_first() -> None:
    bound = bound_of(table_of(layer(POLICY + "rule odd\n  route to xai/unheard-of\n  when turn > 3\n")))
    first = bound.dearest[0]
    assert (first.rule, first.most.usd, first.most.unbounded) == ("odd", None, ("xai/unheard-of",))
    assert "nobody knows what: xai/unheard-of by `odd`" in bound.text()


@pytest.mark.parametrize("planted", [{"columns": 2}, {"models": 1}, {"scans": {"prompt": 0, "path": 0}}])
def test_work_beyond_a_bound_is_noticed(planted: dict[str, Any]) -> None:
    data, _ = compile_policy((layer(POLICY),), PLAIN_CATALOGUE, {}, "made")
    assert data is not None
    table, work = Table.load(data), Work()
    facts = {"hour": 23, "prompt": "x", "path": ("docs/a",), "prompt.tokens": 3}
    decision = decided(counted(data, work), work, facts, judge_of(Random(1)))
    assert decision.chain[0] == "openai/gpt-5.6"
    bound = bound_of(table)
    check_bound(bound, table, work, facts, decision)
    with pytest.raises(AssertionError):
        check_bound(replace(bound, **planted), table, work, facts, decision)
    cheaper = tuple(replace(one, most=Most(0.0)) for one in bound.dearest)
    with pytest.raises(AssertionError):
        check_bound(replace(bound, dearest=cheaper), table, work, facts, decision)
