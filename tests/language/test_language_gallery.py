"""The gallery of mistakes: one error each, exactly under the wrong text, worded for whoever wrote it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from syrupy.assertion import SnapshotAssertion

from router.base.problems import Problem
from router.base.render import apply_fixes, render_text
from tests.language.reading import FILE, errors_of, problems_of, underlined

Case = dict[str, Any]
PATH = Path(__file__).resolve().parents[1] / "cases" / "language" / "gallery.yaml"
GALLERY: list[Case] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
every_mistake = pytest.mark.parametrize("case", GALLERY, ids=lambda case: case["name"])


def only_error(case: Case) -> Problem:
    found = errors_of(case["text"])
    assert [problem.code for problem in found] == [case["code"]]
    return found[0]


def test_the_gallery_is_large_and_names_each_mistake_once() -> None:
    names = [case["name"] for case in GALLERY]
    assert len(names) >= 100
    assert len(set(names)) == len(names)


@every_mistake
def test_a_mistake_is_one_error_under_the_wrong_text(case: Case) -> None:
    problem = only_error(case)
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (case["line"], case["column"])
    assert underlined(case["text"], problem) == case["underlined"]


@every_mistake
def test_a_mistake_is_told_in_one_short_line_with_the_users_words(case: Case) -> None:
    problem = only_error(case)
    for said in (problem.message, problem.help or ""):
        assert "\n" not in said and len(said) <= 160
        assert "__" not in said and "ANON" not in said
    assert problem.message.count("`, `") + problem.message.count("` or `") <= 5
    assert (
        problem.help is not None
        or "expected" in problem.message
        or "missing" in problem.message
        or problem.code in ("R106", "R306")
    )


@every_mistake
def test_a_repair_removes_its_error_and_adds_none(case: Case) -> None:
    problem = only_error(case)
    if problem.fix is None:
        assert apply_fixes(case["text"], [problem]) == (case["text"], 0)
        return
    repaired, applied = apply_fixes(case["text"], [problem])
    assert applied == 1 and repaired != case["text"]
    # Brackets and braces come in pairs, and each is a mistake of its own.
    for _ in range(2):
        repaired, _ = apply_fixes(repaired, errors_of(repaired))
    assert errors_of(repaired) == []


def test_most_mistakes_with_one_obvious_repair_have_it() -> None:
    assert sum(only_error(case).fix is not None for case in GALLERY) >= 50


def test_the_gallery_reads_well(snapshot: SnapshotAssertion) -> None:
    shown = [
        f"## {case['name']}\n{render_text(problems_of(case['text']), {FILE: case['text']}, False)}"
        for case in GALLERY
    ]
    assert "\n\n".join(shown) == snapshot
