"""What `config init` writes is valid, minimal, and true in its comments."""

import re

from layers_world import World, rules

from router.policy.sources.schema_check import known_keys
from router.policy.sources.template import REPO_TEMPLATE, TEMPLATES


def written(world: World, yaml: str = REPO_TEMPLATE) -> World:
    for name, text in {**dict(TEMPLATES), ".llm-router.yml": yaml}.items():
        world.write(f"repo/{name}", text)
    return world


def test_the_files_are_valid(world: World) -> None:
    sources = written(world).read()
    assert sources.problems == ()
    assert set(rules(sources)) == {"profile", "enforce", "keys-stay-local"}
    assert [len(file.tests) for file in sources.layers[0].files] == [1, 0]


def test_the_examples_in_the_comments_are_valid_too(world: World) -> None:
    shown = re.sub(r"^# (?=( {2})?[a-z_]+: )", "", REPO_TEMPLATE, flags=re.MULTILINE)
    shown = re.sub(r"^# (?=routing:)", "", shown, flags=re.MULTILINE)
    sources = written(world, shown).read()
    assert sources.problems == ()
    said = {setting.key.split(".")[0] for setting in sources.settings}
    assert said >= set(known_keys("repo")) - {
        "rules",
        "provider_caps",
        "monthly_cap",
        "session_cap",
        "call_cap",
    }
