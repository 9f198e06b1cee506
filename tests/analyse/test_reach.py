"""Planted violations: exactly what is said of each policy, and requests that show it."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from router.analyse.chains import Chains
from router.analyse.cover import MOST_IN_ALL, Budget
from router.analyse.examples import Examples
from router.analyse.pages import PAGES
from router.analyse.reach import CHECKS
from router.analyse.ruled import policy_of
from router.base.problems import Problem, in_order
from router.policy.nodes import LAYERS, Layer
from tests.analyse.world import CATALOGUE, check, layer

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "analyse" / "reach.toml").read_text("utf-8")
)["case"]
NO_EXAMPLE = {"R402"}
"""Of what can never be true there is no request."""


def layers_of(case: dict[str, Any]) -> list[Layer]:
    return [layer(case[name], name) for name in LAYERS if name in case]


def found(case: dict[str, Any]) -> tuple[Problem, ...]:
    return in_order(check(*layers_of(case), pedantic=case.get("pedantic", False)))


def line(problem: Problem) -> str:
    assert problem.span is not None
    return f"{problem.code} {problem.span.file}:{problem.span.line} {problem.message}"


def test_there_are_many_cases_and_each_code_is_planted() -> None:
    said = {text.split()[0] for case in CASES for text in case["says"]}
    assert len(CASES) >= 40
    assert said == {page.code for page in PAGES}
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_policy_gets_exactly_these_reports(case: dict[str, Any]) -> None:
    assert [line(problem) for problem in found(case)] == case["says"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_notes_are_exactly_these(case: dict[str, Any]) -> None:
    assert [note.message for problem in found(case) for note in problem.notes] == case["notes"]


@pytest.mark.parametrize("case", [case for case in CASES if case["says"]], ids=lambda case: case["name"])
def test_each_report_has_a_request_that_shows_it(case: dict[str, Any]) -> None:
    for problem in found(case):
        examples = [note for note in problem.notes if note.message.startswith("example: ")]
        assert len(examples) == (problem.code not in NO_EXAMPLE)


def test_the_report_names_the_place_of_the_rule_that_hides() -> None:
    hidden = "rule m\n  mode shadow\n  when task is code\n"
    lock = "rule locked\n  mode enforce\n  lock\n"
    [problem] = check(layer(hidden), layer("\n\n" + lock, "org"))
    places = [str(note.span) for note in problem.notes if note.span]
    assert (str(problem.span), places) == ("repo.rules:1:6", ["org.rules:3:6"])


def test_rules_of_the_built_in_layer_are_not_reported_but_count() -> None:
    rule = "rule a\n  mode enforce\nrule b\n  mode shadow\n"
    cap = "rule small\n  cap total at $1.00/day\n"
    assert check(layer(rule, "built-in")) == ()
    [problem] = check(layer(cap, "built-in"), layer("rule large\n  cap total at $2.00/day\n"))
    assert problem.code == "R404"


def test_contradictions_stop_at_their_limit() -> None:
    tasks = ("code", "query", "analyze", "research", "generate", "image", "video", "audio")
    rules = "".join(
        f"rule t-{task}\n  mode enforce\n  when task is {task}\n"
        f"rule b-{task}\n  mode shadow\n  when branch is \"{task}\"\n"
        for task in tasks
    )  # fmt: skip
    notes = check(layer(rules), pedantic=True)
    assert [note.code for note in notes] == ["R406"] * 20
    assert check(layer(rules)) == ()


def test_a_policy_of_equal_broad_rules_ends_and_each_but_the_first_is_hidden() -> None:
    rules = "".join(f'rule r{n}\n  mode enforce\n  when branch like "a{n}*"\n' for n in range(300))
    problems = check(layer("rule all\n  mode shadow\n  when known branch\n" + rules))
    assert len(problems) == 300
    assert {problem.code for problem in problems} == {"R401"}


def comparisons(rules: str) -> int:
    """How many comparisons the reports about a policy take."""
    policy = policy_of([layer(rules)], CATALOGUE)
    chains, examples = Chains(policy), Examples(policy)
    for one in CHECKS:
        for _ in one(policy, chains, examples, True):
            pass
    return MOST_IN_ALL - policy.budget.left


def test_comparisons_grow_about_as_the_rules_do() -> None:
    def rules(count: int) -> str:
        return "".join(
            f'rule r{n}\n  mode enforce\n  when path under "s{n % (count // 6)}/src/" and hour is {n % 23}\n'
            for n in range(count)
        )

    few, many = comparisons(rules(120)), comparisons(rules(960))
    assert 0 < few < many <= 12 * few


def test_a_hostile_policy_ends_within_the_budget_and_reports_nothing_false() -> None:
    rules = "".join(
        f"rule r{n}\n  mode {('enforce', 'shadow')[n % 2]}\n  when ({' or '.join(f'turn is {n + k}' for k in range(9))})"
        f" and ({' or '.join(f'hour is {(n + k) % 24}' for k in range(9))})\n"
        for n in range(60)
    )
    policy = policy_of([layer(rules)], CATALOGUE)
    tight = replace(policy, budget=Budget(2_000))
    found = [p for one in CHECKS for p in one(tight, Chains(tight), Examples(tight), True)]
    assert tight.budget.left <= 0
    assert {p.code for p in found} <= {"R406"}
