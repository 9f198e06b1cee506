"""What each expectation of a policy's own tests finds, and what is said when it is not met."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from router.analyse import testing
from router.analyse.testing import JudgeText, run_tests
from router.decide.decide import Classify
from router.model.decision import Judgement
from tests.analyse.world import decider_of, layer

DATA: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "analyse" / "expectations.toml").read_text("utf-8")
)
CASES: list[dict[str, Any]] = DATA["case"]
SURE = Judgement("query", "simple", "cheap", 0.9, 0.8, False, "classifier")


class Sure(JudgeText):
    """A classifier of one mind."""

    def classify(self, prompt: str) -> Classify:
        return lambda facts: SURE


def ran(case: dict[str, Any]) -> testing.TestResult:
    word = "todo test" if case.get("todo") else "test"
    policy = layer(f'{DATA["policy"]}\n{word} "{case["name"]}"\n  {case["test"]}\n')
    [result] = run_tests([policy], decider_of(policy), Sure())
    return result


def said(result: testing.TestResult) -> list[list[str]]:
    """What is said of each expectation that was not met: expected, came, won, reason."""
    return [[one.expected, one.came, one.won or "", one.reason or ""] for one in result.unmet]


def test_there_are_many_cases_of_every_outcome() -> None:
    assert len(CASES) >= 50
    assert {case["outcome"] for case in CASES} == {"passed", "failed", "todo", "todo passes"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_expectation_comes_out_as_recorded(case: dict[str, Any]) -> None:
    result = ran(case)
    assert (result.outcome, said(result)) == (case["outcome"], case.get("unmet", []))


@pytest.mark.parametrize("case", [c for c in CASES if "unmet" in c], ids=lambda case: case["name"])
def test_failure_points_at_the_line_of_its_expectation(case: dict[str, Any]) -> None:
    lines = DATA["policy"].count("\n") + 3
    assert {one.line for one in ran(case).unmet} == {lines}


def test_tests_are_picked_by_a_part_of_their_name() -> None:
    policy = layer(
        'test "Abc"\n  expect not refused\ntest "bcd"\n  expect not refused\ntest "x"\n  expect not refused\n'
    )
    decider = decider_of(policy)
    assert [r.name for r in run_tests([policy], decider, Sure(), "BC")] == ["Abc", "bcd"]
    assert [r.name for r in run_tests([policy], decider, Sure())] == ["Abc", "bcd", "x"]
    assert run_tests([policy], decider, Sure(), "nothing") == ()
