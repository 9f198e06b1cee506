"""How the effects of several rules come together in one decision."""

from typing import Any

import pytest

from router.decide.decide import Decider
from router.decide.plain import decide_plainly
from router.model.decision import Decision, Judgement
from router.policy.nodes import Layer, LayerName
from router.policy.parse import parse_policy
from tests.analyse.law_world import table_of

BASE = "rule base\n  route to openai/gpt-6-luna then mistral/codestral-latest then xai/grok-4.7\n"
CHAIN = ("openai/gpt-6-luna", "mistral/codestral-latest", "xai/grok-4.7")
GIVEN = {"task": "code", "complexity": "complex"}


def layer(name: LayerName, text: str) -> Layer:
    file, problems = parse_policy(text, f"{name}.rules")
    assert problems == ()
    return Layer(name, (file,))


def decide(*layers: Layer | str, **facts: Any) -> Decision:
    """The decision by these layers, a text being the repository's; made both ways."""
    made = [layer("repo", each) if isinstance(each, str) else each for each in layers]
    table = table_of(made)
    known = {**GIVEN, **{key: value for key, value in facts.items() if value is not None}}
    if facts.get("task", "") is None:
        del known["task"], known["complexity"]
    fast, plain = Decider(table).decide(known, judge), decide_plainly(table, known, judge)
    assert fast._replace(rules=()) == plain._replace(rules=())
    return fast


def judge(facts: Any) -> Judgement:
    return Judgement("analyze", "deep", "premium", 0.9, 0.8, False, "classifier")


# -- caps ----------------------------------------------------------------------------------------------------


def caps(decision: Decision) -> dict[tuple[str, ...], float]:
    return {(*cap.scope, cap.period): cap.usd for cap in decision.caps}


def test_smallest_cap_of_each_kind_counts_over_all_layers() -> None:
    decision = decide(
        layer("org", "rule o cap total at $10/day cap task code at $3/day\n"),
        layer("user", "rule u cap total at $4/day cap total at $50/month\n"),
        "rule r cap total at $7/day cap provider openai at $1/day cap session at $2/session cap call at $0.1/call\n",
    )
    assert caps(decision) == {
        ("total", "day"): 4.0, ("total", "month"): 50.0, ("task", "code", "day"): 3.0,
        ("provider", "openai", "day"): 1.0, ("session", "session"): 2.0, ("call", "call"): 0.1,
    }  # fmt: skip
    assert {cap.rule for cap in decision.caps if cap.scope == ("total",)} == {"u"}
    assert ("cap", "u") in decision.rules


def test_cap_whose_condition_is_false_does_not_count() -> None:
    text = "rule a cap total at $10/day\nrule b cap total at $1/day when hour > 12\n"
    assert caps(decide(text, hour=13)) == {("total", "day"): 1.0}
    assert caps(decide(text, hour=12)) == {("total", "day"): 10.0}
    assert caps(decide(text)) == {("total", "day"): 1.0}, "an unknown hour restricts"


# -- denials -------------------------------------------------------------------------------------------------


def test_denials_of_all_layers_add_up_and_nothing_lifts_them() -> None:
    decision = decide(
        layer("built-in", "rule x deny provider mistral\n"),
        layer("org", "rule o deny openai/gpt-6-luna\n"),
        BASE + "rule mine prefer openai/gpt-6-luna\n",
    )
    assert decision.chain == ("xai/grok-4.7",)
    assert set(decision.denied) == {"openai/gpt-6-luna", "mistral"}


def test_models_must_be_in_every_allow_only() -> None:
    one = "rule a allow only provider openai, mistral\n"
    two = "rule b allow only provider mistral, xai\n"
    assert decide(BASE + one).chain == CHAIN[:2]
    assert decide(BASE + two).chain == CHAIN[1:]
    assert decide(BASE + one + two).chain == ("mistral/codestral-latest",)
    assert decide(BASE + one + two + "rule c deny provider mistral\n").outcome == "nothing"


def test_emptied_route_falls_to_the_next_winner() -> None:
    text = "rule first route to deepseek/deepseek-v4-pro\nrule no deny provider deepseek\n" + BASE
    decision = decide(text)
    assert (
        decision.chain == CHAIN
        and ("route", "base") in decision.rules
        and ("route", "first") not in decision.rules
    )


@pytest.mark.parametrize(
    ("effect", "field"),
    [
        ("deny provider openai", "denials"),
        ("allow only provider openai", "denials"),
        ("cap total at $1/day", "caps"),
        ("refuse", "refusals"),
        ("require approval", "approvals"),
        ("redact secrets", "redact"),
    ],
)
@pytest.mark.parametrize(
    ("condition", "path", "fires"),
    [
        ('path under "src/"', None, True),
        ('path under "src/"', ("src/a",), True),
        ('path under "src/"', ("lib/a",), False),
        ('path under "src/"', (), False),
        ('not path under "src/"', None, True),
        ('known path and path under "src/"', None, False),
        ('path under "src/" and branch is "main"', ("lib/a",), False),
        ('path under "src/" or branch is "main"', ("lib/a",), True),
    ],
)
def test_restriction_fires_when_its_condition_is_true_or_unknown(
    effect: str, field: str, condition: str, path: Any, fires: bool
) -> None:
    assert bool(getattr(decide(f"rule r {effect} when {condition}\n" + BASE, path=path), field)) is fires


@pytest.mark.parametrize(
    ("effect", "field", "idle"),
    [
        ("tag x", "tags", ()),
        ("compress style lite", "compress", ()),
        ("mode enforce", "mode", "suggest"),
        ("profile premium", "profile", "balanced"),
        ("downgrade to simple", "complexity", "complex"),
        ("route to xai/grok-4.7", "chain", CHAIN),
        ("prefer xai/grok-4.7", "chain", CHAIN),
        ("avoid openai/gpt-6-luna", "chain", CHAIN),
    ],
)
def test_everything_else_fires_only_when_true(effect: str, field: str, idle: Any) -> None:
    text = f'rule r {effect} when path under "src/"\n' + BASE
    assert getattr(decide(text), field) == idle
    assert getattr(decide(text, path=("lib/a",)), field) == idle
    assert getattr(decide(text, path=("src/a",)), field) != idle


def test_rule_with_both_kinds_of_effect_restricts_alone_when_unknown() -> None:
    decision = decide('rule r deny provider openai tag x mode enforce when path under "src/"\n' + BASE)
    assert (decision.denied, decision.tags, decision.mode) == (("openai",), (), "suggest")


# -- first match, wishes -------------------------------------------------------------------------------------


def test_chain_is_one_whole_value() -> None:
    decision = decide("rule one route to xai/grok-4.7\n" + BASE)
    assert decision.chain == ("xai/grok-4.7",)


@pytest.mark.parametrize(
    ("wishes", "chain"),
    [
        ("rule a prefer xai/grok-4.7\n", (CHAIN[2], CHAIN[0], CHAIN[1])),
        ("rule a prefer provider xai\n", (CHAIN[2], CHAIN[0], CHAIN[1])),
        ("rule a prefer deepseek/deepseek-v4-pro\n", ("deepseek/deepseek-v4-pro", *CHAIN)),
        ("rule a avoid openai/gpt-6-luna\n", (CHAIN[1], CHAIN[2], CHAIN[0])),
        ("rule a avoid provider openai, mistral\n", (CHAIN[2], CHAIN[0], CHAIN[1])),
        (
            "rule a prefer xai/grok-4.7\nrule b prefer mistral/codestral-latest\n",
            (CHAIN[2], CHAIN[1], CHAIN[0]),
        ),
        ("rule a avoid xai/grok-4.7\nrule b prefer xai/grok-4.7\n", CHAIN),
        ("rule a prefer xai/grok-4.7\nrule b avoid xai/grok-4.7\n", (CHAIN[2], CHAIN[0], CHAIN[1])),
        ("rule a prefer deepseek/deepseek-v4-pro\nrule d deny provider deepseek\n", CHAIN),
    ],
)
def test_wishes_reorder_the_chain_the_strongest_last_word(wishes: str, chain: tuple[str, ...]) -> None:
    assert decide(BASE + wishes).chain == chain


def test_classify_wins_over_the_classifier_and_its_complexity_is_optional() -> None:
    both = decide("rule c classify as code/simple when hour > 3\n" + BASE, task=None, hour=4)
    assert (both.task, both.complexity, both.judgement.source, both.judgement.rule) == (
        "code",
        "simple",
        "rule",
        "c",
    )
    task = decide(
        "rule c classify as code when hour > 3\nrule n tag deep when complexity is deep\n" + BASE,
        task=None,
        hour=4,
    )
    assert (task.task, task.complexity, task.tags) == ("code", "deep", ("deep",))


# -- downgrade -----------------------------------------------------------------------------------------------


def test_lowest_downgrade_counts_and_never_raises() -> None:
    text = BASE + "rule a downgrade to moderate\nrule b downgrade to simple when hour > 12\n"
    assert decide(text, hour=13).complexity == "simple"
    assert decide(text, hour=12).complexity == "moderate"
    lowered = decide(BASE + "rule a downgrade to deep\n")
    assert (lowered.complexity, lowered.asked_complexity) == ("complex", "complex")


def test_downgrade_is_seen_by_routes_and_wishes_but_not_by_restrictions() -> None:
    decision = decide(
        "rule low downgrade to simple\n"
        "rule cheap route to mistral/codestral-latest then xai/grok-4.7 when complexity is simple\n"
        "rule wish prefer xai/grok-4.7 when complexity is simple\n"
        "rule hard require approval when complexity >= complex\n"
        "rule soft refuse when complexity is simple\n" + BASE
    )
    assert (decision.complexity, decision.asked_complexity, decision.tier) == ("simple", "complex", "cheap")
    assert decision.chain == ("xai/grok-4.7", "mistral/codestral-latest")
    assert decision.approvals == ("hard",) and decision.refusals == ()


# -- capabilities --------------------------------------------------------------------------------------------


def test_models_that_are_not_configured_or_too_small_drop_out() -> None:
    assert decide(BASE, configured=frozenset({"xai", "mistral"})).chain == CHAIN[1:]
    assert decide(BASE, configured=frozenset()).outcome == "nothing"
    long = decide(BASE, **{"prompt.tokens": 300_000})
    assert 0 < len(long.chain) < 3
    dropped = Decider(table_of([layer("repo", BASE)])).dropped(long, {**GIVEN, "prompt.tokens": 300_000})
    assert all("too short" in drop.reason for drop in dropped) and len(dropped) == 3 - len(long.chain)


def test_cost_is_of_the_first_model_and_may_ask_for_approval() -> None:
    decision = decide(BASE + "rule dear require approval when cost > $0.000001\n", **{"prompt.tokens": 5000})
    assert decision.estimated_cost_usd is not None and decision.estimated_cost_usd > 0
    assert decision.approvals == ("dear",)
    unknown = decide("rule base route to custom/unheard-of\nrule dear require approval when cost > $99\n")
    assert (unknown.estimated_cost_usd, unknown.approvals) == (None, ("dear",))
