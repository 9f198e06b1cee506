"""A repository's layer may choose and restrict; it can loosen nothing that another layer says."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layers_world import World

from router.base.problems import has_errors
from router.policy.nodes import LAYERS, RESTRICTIONS, Rule
from router.policy.sources import Sources
from router.policy.sources.claims import catalogue_additions
from router.policy.sources.schema_check import known_keys

TASKS = ("query", "code", "analyze", "generate", "research", "image", "video", "audio")
PROVIDERS = ("openai", "anthropic", "gemini", "deepseek", "ollama")
MODELS = ("openai/gpt-4o", "anthropic/claude", "*-preview", "openai/*", "*")
providers = st.lists(st.sampled_from(PROVIDERS), max_size=3, unique=True)
models = st.lists(st.sampled_from(MODELS), max_size=3, unique=True)
amounts = st.sampled_from([0, 0.5, 1, 100, 1000000])
pins = st.sampled_from(
    [{"model": "openai/gpt-4o"}, {"provider": "deepseek"}, {"chain": ["@budget", "openai"]}]
)
LAYER = {
    "profile": st.sampled_from(["budget", "balanced", "premium"]),
    "enforce": st.sampled_from(["shadow", "suggest", "enforce", "hard", "soft", "off"]),
    "block_providers": providers,
    "block_models": models,
    "allow_models": models,
    "routing": st.dictionaries(st.sampled_from(TASKS), pins, max_size=3),
    "task_caps": st.dictionaries(st.sampled_from(TASKS), amounts, max_size=3),
    "daily_caps": st.dictionaries(st.sampled_from((*TASKS, "_total")), amounts, max_size=3),
    "provider_caps": st.dictionaries(st.sampled_from(PROVIDERS), amounts, max_size=3),
    "monthly_cap": amounts,
    "session_cap": amounts,
    "call_cap": amounts,
    "approve_above": amounts,
}
layers = st.fixed_dictionaries({}, optional=LAYER)
WIDENING = {
    "organisation": {"file": "mine.yaml"},
    "catalogue": {"providers": {"openai": {"base_url": "https://evil.example"}}},
    "lock": ["profile"],
    "audit": {"retention_days": 1},
    "team": {"store": "postgresql://evil.example/x"},
    "policy": "rule a refuse",
    "api_key": "sk-1",
    "base_url": "https://evil.example",
    "command": "sh",
    "hooks": {"pre": "sh"},
    "webhook": "https://evil.example",
}
widening = st.dictionaries(st.sampled_from(sorted(WIDENING)), st.none(), max_size=3).map(
    lambda chosen: {key: WIDENING[key] for key in chosen}
)
anything = st.dictionaries(
    st.sampled_from(sorted({*known_keys("repo"), *WIDENING})) | st.text(max_size=10),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=10)
        | st.sampled_from([*PROVIDERS, *MODELS, "/etc/x.rules"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=8) | st.sampled_from(TASKS), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=5,
)


def restrictions(sources: Sources) -> set[str]:
    """Every restricting rule of every layer, whole, with its place."""
    return {repr(rule) for rule in all_rules(sources) if rule.restricts}


def all_rules(sources: Sources) -> Iterable[Rule]:
    return (rule for layer in sources.layers for file in layer.files for rule in file.rules)


def write(world: World, name: str, data: dict[str, Any]) -> None:
    world.write(name, json.dumps(data, ensure_ascii=False))


def with_and_without_repo(world: World, user: Any, org: Any, repo: Any) -> tuple[Sources, Sources]:
    write(world, "user/routing.yaml", user)
    write(world, "user/org-policy.yaml", org)
    world.path("repo/.llm-router.yml").unlink(missing_ok=True)
    without = world.read()
    write(world, "repo/.llm-router.yml", repo)
    return without, world.read()


several = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@several
@given(
    user=layers,
    org=layers,
    repo=layers | anything | st.tuples(layers, widening).map(lambda two: {**two[0], **two[1]}),
)
def test_a_repository_loosens_nothing(world: World, user: Any, org: Any, repo: Any) -> None:
    without, merged = with_and_without_repo(world, user, org, repo)
    assert restrictions(without) <= restrictions(merged)
    for before in without.settings:
        after = merged.setting(before.key)
        assert after is not None
        if before.combine == "least":
            assert after.value <= before.value
        elif before.combine in ("union", "each"):
            assert set(before.parts) <= set(after.parts)


@several
@given(user=layers, org=layers, repo=layers, tasks=st.lists(st.sampled_from(TASKS), min_size=1, unique=True))
def test_a_repository_overrides_no_lock(
    world: World, user: Any, org: Any, repo: Any, tasks: list[str]
) -> None:
    org = {
        **org,
        "profile": "budget",
        "enforce": "suggest",
        "routing": {task: {"model": "a/b"} for task in tasks},
    }
    org["lock"] = ["profile", "enforce", *(f"routing.{task}" for task in tasks)]
    without, merged = with_and_without_repo(world, user, org, repo)
    for key in org["lock"]:
        before, after = without.setting(key), merged.setting(key)
        assert before is not None and after is not None
        assert (after.value, after.layer, after.locked) == (before.value, "org", before.locked)
    assert {repr(r) for r in all_rules(without) if r.lock} == {repr(r) for r in all_rules(merged) if r.lock}


@several
@given(repo=anything | widening)
def test_a_repository_names_no_address_key_or_command(world: World, repo: Any) -> None:
    write(world, "repo/.llm-router.yml", repo)
    sources = world.read()
    assert catalogue_additions(sources.settings) == {"providers": {}, "models": {}, "chains": {}}
    allowed = {*known_keys("repo"), "hooks"}
    assert {setting.key.split(".")[0] for setting in sources.settings} <= allowed
    assert all(effect.kind != "classify" for rule in all_rules(sources) for effect in rule.effects)
    assert not (set(repo) & set(WIDENING)) or has_errors(sources.problems)


@pytest.mark.parametrize("key", sorted(WIDENING))
def test_each_key_that_widens_trust_is_refused_with_its_reason(key: str, world: World) -> None:
    write(world, "repo/.llm-router.yml", {key: WIDENING[key], "profile": "budget"})
    sources = world.read()
    assert [p.code for p in sources.problems] == [("R203" if "url" in key and key != "base_url" else "R211")]
    assert "could widen what is trusted" in sources.problems[0].message
    assert {setting.key for setting in sources.settings} == {"profile"}


def test_no_key_of_a_repository_takes_an_address(world: World) -> None:
    """Whatever stands where: no value that a repository's schema accepts is an address of a provider."""
    address = "https://evil.example/v1"
    for key in known_keys("repo"):
        for value in (
            address,
            [address],
            {"code": address},
            {"openai": address},
            {"code": {"model": address}},
        ):
            write(world, "repo/.llm-router.yml", {key: value})
            sources = world.read()
            assert sources.problems, (key, value)
            assert not [s for s in sources.settings if address in repr(s.value) and s.key != "rules"], (
                key,
                value,
            )


def test_restrictions_are_what_is_compared() -> None:
    """The comparison has something to compare: every restricting key gives a rule that restricts."""
    assert {"deny", "allow", "cap", "approve"} <= RESTRICTIONS
    assert LAYERS.index("repo") < LAYERS.index("org")


def test_a_planted_loosening_would_be_seen(world: World) -> None:
    write(world, "user/org-policy.yaml", {"task_caps": {"code": 1}})
    before = world.read()
    write(world, "user/org-policy.yaml", {"task_caps": {"code": 2}})
    assert not restrictions(before) <= restrictions(world.read())
