"""Every code has a page, and every page's examples are true."""

import importlib
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from layers_world import World

import router.base.files
import router.policy.sources
from router.base.pages import Page
from router.policy import convert

MODULES = [
    router.base.files,
    convert,
    *(
        importlib.import_module(f"router.policy.sources.{found.name}")
        for found in pkgutil.iter_modules(router.policy.sources.__path__)
    ),
]
PAGES: dict[str, Page] = {page.code: page for module in MODULES for page in getattr(module, "PAGES", ())}
OF_TEXT = {code: page for code, page in PAGES.items() if page.kind != "file"}


def codes(world: World) -> set[str]:
    return {problem.code for problem in world.read().problems}


def in_repo(world: World, text: str) -> set[str]:
    world.write("repo/.llm-router/policy.rules", "")
    world.write("repo/.llm-router.yml", text)
    return codes(world)


def in_user(world: World, text: str) -> set[str]:
    world.write("user/routing.yaml", text)
    return codes(world)


def in_org(world: World, text: str) -> set[str]:
    world.write("user/org-policy.yaml", text)
    return codes(world)


def in_environment(world: World, text: str) -> set[str]:
    world.environ |= dict(line.split("=", 1) for line in text.splitlines())
    return codes(world)


def to_rules(world: World, text: str) -> set[str]:
    return {problem.code for problem in convert.yaml_to_rules(text, "f")[1]}


def to_yaml(world: World, text: str) -> set[str]:
    return {problem.code for problem in convert.rules_to_yaml(text, "f")[1]}


RUN: dict[str, Callable[[World, str], set[str]]] = {
    "repo.yml": in_repo,
    "user.yaml": in_user,
    "org.yaml": in_org,
    "environment": in_environment,
    "to-rules": to_rules,
    "to-yaml": to_yaml,
}


@pytest.mark.parametrize("code", OF_TEXT)
def test_the_bad_example_has_the_code_and_its_repair_has_not(code: str, tmp_path: Path) -> None:
    page = OF_TEXT[code]
    run = RUN[page.kind]
    assert code in run(World(tmp_path / "bad"), page.bad)
    assert run(World(tmp_path / "good"), page.good) == set()


def missing_file(world: World) -> set[str]:
    return in_repo(world, "rules: [policies/teams.rules]\n")


def large_file(world: World) -> set[str]:
    return in_repo(world, "#" * (2 * 1024 * 1024))


def no_text(world: World) -> set[str]:
    world.write("repo/.llm-router/a.rules", "rule a refuse\n".encode("utf-16"))
    return codes(world)


def near_name(world: World) -> set[str]:
    world.write("repo/.llm-router.yaml", "profile: budget\n")
    return codes(world)


def spoilt_policy(world: World) -> set[str]:
    in_org(world, "profile: budget\n")
    return in_org(world, "profile: [\n")


def unwritable(world: World) -> set[str]:
    world.write("user/org", "")
    return in_org(world, "profile: budget\n")


OF_FILES = {
    "R001": missing_file,
    "R002": large_file,
    "R003": no_text,
    "R007": near_name,
    "R241": spoilt_policy,
    "R242": unwritable,
}
ELSEWHERE = {"R243": "test_layers_fetched.with_files"}


@pytest.mark.parametrize("code", OF_FILES)
def test_the_described_file_has_the_code(code: str, world: World) -> None:
    assert code in OF_FILES[code](world)


def test_every_code_has_one_page_and_every_page_is_run() -> None:
    folder = Path(router.policy.sources.__file__).parent
    sources = [*folder.glob("*.py"), Path(convert.__file__), Path(router.base.files.__file__)]
    reported = {c for path in sources for c in re.findall(r'"(R\d{3})"', path.read_text(encoding="utf-8"))}
    assert len(reported) >= 25
    assert reported == set(PAGES)
    assert set(PAGES) - set(OF_TEXT) == {*OF_FILES, *ELSEWHERE}
    every = [page.code for module in MODULES for page in getattr(module, "PAGES", ())]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("code", PAGES)
def test_a_page_says_why_in_a_sentence(code: str) -> None:
    page = PAGES[code]
    assert page.why.endswith(".") and len(page.why) > 40
    assert page.title[0].islower() or page.title[0] == "`"
