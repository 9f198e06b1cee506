"""What nobody should write in a layer gives a clear problem with its place."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from layers_world import World, shown

from router.policy.sources.disk import parse_layer_yaml
from router.policy.sources.org_text import OrgTexts, read_org_texts

CASES = tomllib.loads(
    (Path(__file__).parent.parent / "cases/layers/hostile.toml").read_text(encoding="utf-8")
)["case"]
FILES = {"repo": "repo/.llm-router.yml", "user": "user/routing.yaml", "org": "org/policy.yaml"}
SHOWN = {"repo": ".llm-router.yml", "user": "~/.llm-router/routing.yaml"}


def test_enough_cases_are_there() -> None:
    assert len(CASES) >= 39
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_hostile_layer_says_what_is_wrong(case: dict[str, Any], world: World) -> None:
    text = case["text"]
    if case["layer"] == "org":
        problems = read_org_texts(OrgTexts(("org", text))).problems
        assert [shown(p).replace(" org:", " ") for p in problems] == case["says"]
        return
    world.write(FILES[case["layer"]], text)
    sources = world.read()
    name = SHOWN[case["layer"]]
    assert [shown(p).replace(f" {name}:", " ") for p in sources.problems] == case["says"]
    assert all(p.span and p.span.file in sources.texts for p in sources.problems)


@pytest.mark.parametrize("schema", ["repo", "user", "org"])
def test_many_faults_are_reported_at_once_and_no_more_than_a_hundred(schema: Any) -> None:
    text = "".join(f"unknown{i}: 1\n" for i in range(500))
    assert len(parse_layer_yaml(text, "f", schema)[1].problems) == 100


def test_a_mistake_keeps_the_other_keys(world: World) -> None:
    world.write("repo/.llm-router.yml", "profile: budget\nblock_providers: [openai, 5]\n")
    sources = world.read()
    assert [p.code for p in sources.problems] == ["R204"]
    assert sources.setting("profile").value == "budget"  # type: ignore[union-attr]
    assert sources.setting("block_providers").value == ("openai",)  # type: ignore[union-attr]


HIDDEN = "\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\x00\x07\x1b\x7f\x85"


@pytest.mark.parametrize("sign", HIDDEN, ids=lambda sign: f"U+{ord(sign):04X}")
@pytest.mark.parametrize("where", ["# a{}b", "profile: bud{}get", "pro{}file: budget", "call_cap: 1{}"])
def test_no_character_hides_in_a_layer(sign: str, where: str) -> None:
    problems = parse_layer_yaml(f"\n{where.format(sign)}\n", "f", "repo")[1].problems
    assert [(p.code, p.span and p.span.line, p.span and p.span.column) for p in problems] == [
        ("R212", 2, where.index("{") + 1)
    ]


@pytest.mark.parametrize("text", ["# naïve – “quoted” 你好 👩‍👩‍👧\n", "# עברית\nprofile: budget\n"])
def test_other_scripts_are_welcome_in_comments(text: str) -> None:
    assert parse_layer_yaml(text, "f", "repo")[1].problems == ()
