"""Laws of merging: associative, blind to order, and no origin is ever lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layers_world import World, setting

from router.base.problems import Span
from router.policy.nodes import LAYERS
from router.policy.sources.merge import combine_of, merge, settings_of
from router.policy.sources.values import Claim, Origin

KEYS = [
    "profile",
    "enforce",
    "routing.code",
    "block_providers",
    "allow_models",
    "task_caps.code",
    "monthly_cap",
    "rules",
]
LISTS = {"block_providers", "allow_models", "rules"}


def value_of(key: str) -> st.SearchStrategy[Any]:
    if key in LISTS:
        return st.lists(st.sampled_from(["a", "b", "c"]), max_size=3, unique=True).map(tuple)
    if combine_of(key) == "least":
        return st.sampled_from([0.0, 1.0, 2.5, 10.0])
    return st.sampled_from(["x", "y"])


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    key = draw(st.sampled_from(KEYS))
    layer = draw(st.sampled_from(LAYERS))
    span = Span.point(f"{layer}-{draw(st.integers(1, 2))}", draw(st.integers(1, 3)), draw(st.integers(1, 2)))
    locked = span if layer == "org" and draw(st.booleans()) else None
    return Claim(key, Origin(draw(value_of(key)), layer, span), locked)


groups = st.lists(claims(), max_size=8).map(tuple)


@pytest.mark.slow
@given(groups, groups, groups)
def test_merging_is_associative(a: tuple[Claim, ...], b: tuple[Claim, ...], c: tuple[Claim, ...]) -> None:
    assert merge(merge(a, b), c) == merge(a, merge(b, c)) == merge(a, b, c)


@pytest.mark.slow
@given(groups, groups)
def test_merging_does_not_depend_on_the_order(a: tuple[Claim, ...], b: tuple[Claim, ...]) -> None:
    assert merge(a, b) == merge(b, a)
    assert settings_of(merge(a, b)) == settings_of((*b, *a))


@given(groups)
def test_no_origin_is_lost(group: tuple[Claim, ...]) -> None:
    merged = settings_of(merge(group))
    kept = {(s.key, *origin) for s in merged for origin in (*s.parts, *s.overrode)}
    assert kept == {(claim.key, *claim.origin) for claim in group}
    assert [s.key for s in merged] == sorted({claim.key for claim in group})


@given(groups)
def test_the_strongest_layer_wins_and_a_lock_goes_before_it(group: tuple[Claim, ...]) -> None:
    for merged in settings_of(group):
        mine = [claim for claim in group if claim.key == merged.key]
        if merged.combine == "first":
            locked = [claim for claim in mine if claim.locked]
            best = min(LAYERS.index(claim.origin.layer) for claim in locked or mine)
            assert merged.layer == LAYERS[best]
        elif merged.combine == "least":
            assert merged.value == min(claim.origin.value for claim in mine)
        elif merged.combine == "union":
            assert set(merged.value) == {item for claim in mine for item in claim.origin.value}


def test_what_lost_is_told_with_its_place(world: World) -> None:
    world.write(
        "repo/.llm-router.yml",
        "profile: budget\ntask_caps: {code: 10}\nblock_providers: [openai]\nallow_models: ['a/*']\n",
    )
    world.write(
        "user/routing.yaml",
        "profile: premium\ntask_caps: {code: 4}\nblock_providers: [gemini, openai]\nallow_models: ['*/b']\n",
    )
    sources = world.read()
    profile, cap = setting(sources, "profile"), setting(sources, "task_caps.code")
    assert (profile.value, str(profile.span)) == ("budget", ".llm-router.yml:1:10")
    assert [(o.value, str(o.span)) for o in profile.overrode] == [
        ("premium", "~/.llm-router/routing.yaml:1:10")
    ]
    assert (cap.value, str(cap.span)) == (4.0, "~/.llm-router/routing.yaml:2:19")
    assert [(o.value, str(o.span)) for o in cap.overrode] == [(10.0, ".llm-router.yml:2:19")]
    blocked, allowed = setting(sources, "block_providers"), setting(sources, "allow_models")
    assert (blocked.value, [p.layer for p in blocked.parts]) == (("openai", "gemini"), ["repo", "user"])
    assert (allowed.value, [p.layer for p in allowed.parts]) == ((("a/*",), ("*/b",)), ["repo", "user"])
