"""The one order of rules: locked, then by layer, inside a layer by `over`, then as declared."""

from dataclasses import replace
from itertools import permutations
from typing import Any

from router.model.decision import Judgement
from router.policy.compile.order import in_order
from router.policy.nodes import LAYERS, Effect, Layer, LayerName, PolicyFile, Rule
from tests.analyse.law_world import decide, table_of
from tests.policies import HERE, word

TAG = Effect("tag", HERE, words=(word("x"),))
JUDGED = Judgement("code", "simple", "cheap", 1.0, 1.0, False, "given")


def rule(name: str, *over: str, lock: bool = False, mode: str | None = None) -> Rule:
    effect = TAG if mode is None else Effect("mode", HERE, words=(word(mode),))
    return Rule(word(name), (effect,), HERE, over=tuple(map(word, over)), lock=HERE if lock else None)


def layer(name: LayerName, *files: tuple[Rule, ...]) -> Layer:
    return Layer(name, tuple(PolicyFile(f"{name}-{at}.rules", rules) for at, rules in enumerate(files)))


def names(*layers: Layer) -> list[str]:
    return [placed.rule.name.text for placed in in_order(layers)]


def test_layers_are_named_strongest_first() -> None:
    assert LAYERS == ("environment", "repo", "learned", "user", "org", "built-in")


def test_layers_count_by_strength_in_whatever_order_they_come() -> None:
    layers = [layer(name, (rule(name),)) for name in LAYERS]
    for order in list(permutations(layers))[::37]:
        assert names(*order) == list(LAYERS)


def test_locked_rules_stand_before_all_and_keep_their_order() -> None:
    org = layer("org", (rule("a"), rule("b", lock=True), rule("c"), rule("d", lock=True)))
    assert names(layer("environment", (rule("e"),)), layer("repo", (rule("r"),)), org) == [
        "b",
        "d",
        "e",
        "r",
        "a",
        "c",
    ]


def test_files_count_in_their_order_each_from_top_to_bottom() -> None:
    assert names(layer("repo", (rule("a"), rule("b")), (rule("c"),))) == ["a", "b", "c"]


def test_over_lifts_a_rule_above_what_it_names_and_no_further() -> None:
    assert names(layer("repo", (rule("a"), rule("b"), rule("c", "b")))) == ["a", "c", "b"]
    assert names(layer("repo", (rule("a"),), (rule("b", "a"),))) == ["b", "a"]
    assert names(layer("repo", (rule("a"), rule("b", "a"), rule("c", "b"), rule("d")))) == [
        "c",
        "b",
        "a",
        "d",
    ]
    assert names(layer("repo", (rule("a", "c"), rule("b"), rule("c")))) == ["a", "b", "c"]


def test_over_does_not_reach_into_another_layer() -> None:
    assert names(layer("user", (rule("u", "r"),)), layer("repo", (rule("r"),))) == ["r", "u"]


def test_first_match_takes_the_strongest_layer() -> None:
    modes = {
        "repo": "shadow",
        "learned": "enforce",
        "user": "suggest",
        "org": "shadow",
        "built-in": "enforce",
    }
    layers = [layer(name, (rule(name, mode=mode),)) for name, mode in modes.items()]  # type: ignore[arg-type]
    facts: dict[str, Any] = {"task": "code", "complexity": "simple"}
    while layers:
        decision = decide(table_of(layers), facts, JUDGED)
        strongest = layers.pop(0)
        assert (decision.mode, ("mode", strongest.name) in decision.rules) == (modes[strongest.name], True)


def test_locked_mode_beats_environment_and_repository() -> None:
    locked = replace(rule("l", mode="enforce"), lock=HERE)
    layers = [
        layer("environment", (rule("e", mode="off"),)),
        layer("repo", (rule("r", mode="shadow"),)),
        layer("org", (locked,)),
    ]
    assert decide(table_of(layers), {}, JUDGED).mode == "enforce"
    assert decide(table_of(layers[:2]), {}, JUDGED).mode == "off"
