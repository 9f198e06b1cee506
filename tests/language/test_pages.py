"""Every code's page: its bad example gives the code, its good one does not."""

import re
from datetime import date
from pathlib import Path

import pytest

from router.analyse.reach import check_policy
from router.base.pages import Page
from router.base.places import Places
from router.base.problems import has_errors
from router.engine.build import build
from router.engine.pages import all_pages

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 25)
RULES = [page for page in all_pages().values() if page.kind == "rules" and page.code != "R111"]


def codes_of(text: str, folder: Path) -> set[str]:
    """The codes that a repository with this one rule file gives, by all stages."""
    rules = folder / ".llm-router"
    rules.mkdir(parents=True)
    (rules / "policy.rules").write_text(text, encoding="utf-8")
    places = Places(user=folder / "user", cache=folder / "cache", repo=folder, cwd=folder)
    built = build(places, {}, TODAY)
    problems = list(built.problems)
    if not has_errors(problems):
        problems += check_policy(built.layers, built.catalogue)
    return {problem.code for problem in problems}


def test_there_is_a_page_for_many_codes_and_each_is_named_once() -> None:
    pages = all_pages()
    assert len(pages) >= 60
    assert all(re.fullmatch(r"R\d{3}", code) and page.code == code for code, page in pages.items())


@pytest.mark.parametrize("page", RULES, ids=lambda page: page.code)
def test_the_bad_example_gives_the_code(page: Page, tmp_path: Path) -> None:
    assert page.code in codes_of(page.bad, tmp_path / "bad")


@pytest.mark.parametrize("page", RULES, ids=lambda page: page.code)
def test_the_good_example_gives_nothing_of_the_kind(page: Page, tmp_path: Path) -> None:
    found = codes_of(page.good, tmp_path / "good")
    assert page.code not in found
    assert not {code for code in found if code < "R300"}


def test_every_code_that_is_reported_anywhere_has_a_page() -> None:
    pattern = re.compile(r'"(R[0-9]{3})"')
    said = {
        code
        for path in (ROOT / "router").rglob("*.py")
        for code in pattern.findall(path.read_text(encoding="utf-8"))
    }
    assert len(said) >= 60
    assert said - set(all_pages()) == set()
