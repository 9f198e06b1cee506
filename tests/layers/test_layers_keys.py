"""Keys become rules and settings, each with its place."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from layers_world import World, rules, setting, told, under

from router.policy.nodes import Compare, Condition, Rule
from router.policy.sources.claims import catalogue_additions
from router.policy.sources.schema_check import known_keys
from router.policy.sources.to_rules import _MAKERS

CASES = tomllib.loads((Path(__file__).parent.parent / "cases/layers/keys.toml").read_text(encoding="utf-8"))[
    "case"
]


def line(rule: Rule) -> str:
    effects = "; ".join(told(effect) for effect in rule.effects)
    return f"{rule.name.text}: {effects}{asked(rule.when)}"


def asked(condition: Condition | None) -> str:
    if condition is None:
        return ""
    assert isinstance(condition, Compare)
    value = condition.values[0].value
    sign = "" if condition.operator == "is" else f"{condition.operator} "
    return f" when {condition.fact.key} {sign}{value}"


def listed(value: Any) -> Any:
    return [listed(item) for item in value] if isinstance(value, tuple) else value


def test_enough_cases_are_there() -> None:
    assert len(CASES) >= 8


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_keys_say_rules_and_settings(case: dict[str, Any], world: World) -> None:
    world.write("repo/.llm-router/none.rules", "")
    world.write("repo/.llm-router.yml", case["text"])
    sources = world.read()
    assert sources.problems == ()
    yaml = next(f for f in sources.layers[0].files if f.file == ".llm-router.yml")
    assert [line(rule) for rule in yaml.rules] == case["rules"]
    assert {s.key: listed(s.value) for s in sources.settings} == case["settings"]


def test_every_key_is_a_rule_or_known_to_be_none() -> None:
    no_rule = {"rules", "organisation", "catalogue", "lock", "audit", "team", "policy", "budget_failure", "baseline"}
    no_rule |= {"session_context", "tool_approvals", "semantic_cache", "compress_failing"}
    every = {*known_keys("repo"), *known_keys("user"), *known_keys("org")}
    assert every - no_rule == set(_MAKERS)
    assert set(known_keys("repo")) - {"rules", "session_context"} == set(_MAKERS)


def test_each_rule_and_word_has_its_place(world: World) -> None:
    text = (
        "routing:\n  code:   {chain: [a/b, '@c']}\ntask_caps:\n  code: 10.00\nblock_providers:\n  - openai\n"
    )
    world.write("repo/.llm-router.yml", text)
    made = rules(world.read())
    assert under(text, made["routing-code"].span) == "code:   {chain: [a/b, '@c']}"
    assert [under(text, t.span) for t in made["routing-code"].effects[0].targets] == ["a/b", "'@c'"]
    assert under(text, made["task-cap-code"].span) == "code: 10.00"
    assert under(text, made["task-cap-code"].effects[0].span) == "10.00"
    assert under(text, made["block-providers"].span) == "block_providers:\n  - openai"
    assert under(text, made["block-providers"].effects[0].targets[0].span) == "openai"


def test_every_layer_may_use_the_same_keys(world: World) -> None:
    text = "profile: budget\nblock_providers: [openai]\nprovider_caps: {gemini: 1}\n"
    for place in ("repo/.llm-router.yml", "user/routing.yaml", "user/org-policy.yaml"):
        world.write(place, text)
    sources = world.read()
    assert sources.problems == ()
    assert [(layer.name, [r.name.text for r in layer.files[0].rules]) for layer in sources.layers] == [
        (name, ["profile", "block-providers", "provider-cap-gemini"]) for name in ("repo", "user", "org")
    ]


def test_a_users_additions_to_the_catalogue_are_passed_on(world: World) -> None:
    added = {
        "providers": {
            "gw": {"base_url": "https://gw.example/v1", "keys": ["GW_KEY"], "kind": "api", "free": False}
        },
        "models": {
            "gw/m-1.5": {
                "tier": "mid",
                "can": ["tools"],
                "context": 128000,
                "price": {"input": 0.1, "output": 2},
            }
        },
        "chains": {"mine": ["gw/m-1.5", "@budget"]},
    }
    world.write("user/routing.yaml", json.dumps({"catalogue": added}))
    sources = world.read()
    assert sources.problems == ()
    assert catalogue_additions(sources.settings) == added
    assert setting(sources, "catalogue.models.gw/m-1.5").layer == "user"


def test_the_defaults_that_ship_have_the_last_word(world: World) -> None:
    world.write("repo/.llm-router.yml", "profile: premium\n")
    sources = world.read(built_in=True)
    profile, enforce = setting(sources, "profile"), setting(sources, "enforce")
    assert (profile.value, profile.layer, [o.layer for o in profile.overrode]) == (
        "premium",
        "repo",
        ["built-in"],
    )
    assert (enforce.layer, enforce.span.file) == ("built-in", "built-in/defaults.yaml")
    assert sources.layers[-1].name == "built-in"
    assert not any(file.startswith("built-in/") for file in sources.paths)
