"""The fingerprint changes when something the policy is made from changes, and at no other time."""

import ast
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from layers_world import World

from router.policy.sources.environment import ENVIRONMENT, VARIABLE_NAMES
from router.table.manifest import (
    Manifest,
    changed,
    look_at_file,
    manifest_from_plain,
    manifest_state,
    manifest_to_plain,
    recorded_state,
)

FILES = {
    "repo/.llm-router.yml": 'rules: [".llm-router/*.rules", extra/one.rules]\n',
    "repo/.llm-router/a.rules": "",
    "repo/extra/one.rules": "",
    "user/routing.yaml": "profile: budget\n",
    "user/budgets.json": "{}",
    "user/learned.rules": "",
    "user/rules/u.rules": "",
    "user/org-policy.yaml": 'rules: ["org/*.rules"]\n',
    "user/org/o.rules": "",
}
ABSENT = {
    "repo/.llm-router.yml": "profile: budget\n",
    "repo/.llm-router.yaml": "",
    "repo/.llm-router/a.rules": "",
    "user/routing.yaml": "",
    "user/budgets.json": "{}",
    "user/learned.rules": "",
    "user/rules/u.rules": "",
    "user/org-policy.yaml": "",
    "system/policy.yaml": "",
}
UNRELATED = [
    "repo/README.md",
    "repo/.llm-router/notes.txt",
    "repo/.llm-router/.a.rules.swp",
    "repo/.llm-router/.hidden.rules",
    "repo/extra/two.rules",
    "user/spool/x.jsonl",
    "user/rules/old.rules.bak",
]


@pytest.fixture
def full(world: World) -> World:
    for name, text in FILES.items():
        world.write(name, text)
    return world


def state_before(world: World) -> Manifest:
    manifest = world.read().manifest
    assert manifest_state(manifest, world.environ) == recorded_state(manifest)
    return manifest


@pytest.mark.parametrize("name", FILES)
def test_an_edit_is_seen(name: str, full: World) -> None:
    manifest = state_before(full)
    full.write(name, FILES[name] + "# more\n")
    assert changed(manifest, full.environ)
    full.write(name, FILES[name])
    assert not changed(manifest, full.environ)


@pytest.mark.parametrize("name", FILES)
def test_a_removal_is_seen(name: str, full: World) -> None:
    manifest = state_before(full)
    full.path(name).unlink()
    assert changed(manifest, full.environ)


@pytest.mark.parametrize("name", ABSENT)
def test_a_file_that_appears_is_seen(name: str, world: World) -> None:
    manifest = state_before(world)
    world.write(name, ABSENT[name])
    assert changed(manifest, world.environ)


@pytest.mark.parametrize("name", ["repo/.llm-router/b.rules", "user/rules/b.rules", "user/org/b.rules"])
def test_a_new_file_that_matches_a_pattern_is_seen(name: str, full: World) -> None:
    manifest = state_before(full)
    full.write(name, "")
    assert changed(manifest, full.environ)


@pytest.mark.parametrize("name", UNRELATED)
def test_other_files_do_not_matter(name: str, full: World) -> None:
    manifest = state_before(full)
    full.write(name, "anything")
    assert not changed(manifest, full.environ)


def test_writing_the_same_text_again_does_not_matter(full: World) -> None:
    manifest = state_before(full)
    for name, text in FILES.items():
        full.write(name, text)
    assert not changed(manifest, full.environ)


@pytest.mark.parametrize(
    "name", [*(v.name.replace("*", "OPENAI") for v in ENVIRONMENT), "LLM_ROUTER_BUDGET_NEW"]
)
def test_a_variable_is_seen_when_set_altered_or_removed(name: str, full: World) -> None:
    unset = state_before(full)
    full.environ[name] = "1"
    assert changed(unset, full.environ)
    before = full.read().manifest
    assert not changed(before, full.environ)
    full.environ[name] = "2"
    assert changed(before, full.environ)
    del full.environ[name]
    assert changed(before, full.environ) and not changed(unset, full.environ)


@pytest.mark.parametrize("name", ["PATH", "LLM_ROUTER_BUDGE", "OPENAI_API_KEY", "LLM_ROUTER_EXPLAIN"])
def test_other_variables_do_not_matter(name: str, full: World) -> None:
    manifest = state_before(full)
    full.environ[name] = "1"
    assert not changed(manifest, full.environ)


CHANGES: dict[str, Callable[[Path], object]] = {
    "becomes a folder": lambda path: (path.unlink(), path.mkdir()),
    "becomes a link to the same text": lambda path: (path.rename(path.with_suffix(".moved")), path.symlink_to(path.with_suffix(".moved"))),
    "becomes a link to nothing": lambda path: (path.unlink(), path.symlink_to("gone")),
}  # fmt: skip


@pytest.mark.parametrize("how", CHANGES)
def test_a_file_that_turns_into_something_else_is_seen(how: str, full: World) -> None:
    manifest = state_before(full)
    CHANGES[how](full.path("user/routing.yaml"))
    assert changed(manifest, full.environ)
    assert not changed(full.read().manifest, full.environ)


def test_faults_are_looked_at_again_when_they_are_mended(world: World) -> None:
    world.write("repo/.llm-router.yml", "rules: [gone.rules]\n")
    manifest = state_before(world)
    world.write("repo/gone.rules", "")
    assert changed(manifest, world.environ)


def test_a_file_above_the_limit_has_a_state_too(world: World) -> None:
    world.write("repo/.llm-router.yml", "#" * (1024 * 1024 + 1))
    manifest = state_before(world)
    world.write("repo/.llm-router.yml", "#" * (1024 * 1024 + 1) + "x")
    assert changed(manifest, world.environ)


def test_a_manifest_survives_json(full: World) -> None:
    full.environ["LLM_ROUTER_BUDGET_OPENAI"] = "1"
    manifest = state_before(full)
    assert manifest_from_plain(json.loads(json.dumps(manifest_to_plain(manifest)))) == manifest
    assert {name for name, _ in manifest.variables} == {*VARIABLE_NAMES, "LLM_ROUTER_BUDGET_OPENAI"}


def test_a_path_that_no_file_can_have_is_missing() -> None:
    assert not look_at_file("a\0b").exists
    assert not look_at_file("x" * 300).sha256


def test_looking_needs_the_standard_library_alone() -> None:
    import router.table.manifest as module

    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names and {name.split(".")[0] for name in names} <= sys.stdlib_module_names
