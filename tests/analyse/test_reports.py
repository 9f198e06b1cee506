"""JUnit and coverage of a policy's tests."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.analyse import testing
from router.analyse.coverage import Coverage, coverage
from router.analyse.junit import to_junit
from router.decide.decide import Classify
from router.decide.judged import unjudged
from router.model.decision import Facts
from router.policy.nodes import Layer
from tests.analyse.world import decider_of, layer

POLICY = """
rule deny-pay
  deny provider xai
  when path under "src/pay/"
rule local
  route to ollama/qwen3.5:latest
  when task is code and not branch is "main"
rule idle
  tag x
  when turn > 5
"""
TESTS = """
test "both"
  given path "src/pay/a.py", task code, branch "dev"
  expect denied provider xai by deny-pay, route ollama by local
test "fails"
  given path "a.py", task query, branch "main"
  expect refused by deny-pay, route ollama by local
todo test "gap"
  given path "a.py"
  expect refused
todo test "closed"
  given path "src/pay/a.py"
  expect denied provider xai
"""


class Nobody(testing.JudgeText):
    """No classifier at all."""

    def classify(self, prompt: str) -> Classify:
        return unjudged


def results(*layers: Layer) -> tuple[testing.TestResult, ...]:
    return testing.run_tests(layers, decider_of(*layers), Nobody())


def covered(*layers: Layer) -> Coverage:
    return coverage(decider_of(*layers), results(*layers), [one.name for one in layers])


def test_junit_has_a_case_for_each_test_and_a_failure_for_each_unmet_expectation() -> None:
    suite = ET.fromstring(to_junit(results(layer(POLICY + TESTS))).encode())
    assert suite.attrib == {"name": "llm-router", "tests": "4", "failures": "2", "skipped": "1"}
    cases = {case.get("name"): case for case in suite}
    assert [child.tag for child in cases["both"]] == []
    assert [child.get("message") for child in cases["fails"]] == [
        "expected refused by deny-pay, came not refused",
        "expected route ollama by local, came nothing",
    ]
    assert [child.text for child in cases["fails"]] == [
        'path under "src/pay/": seen a.py',
        "task is code: seen query",
    ]
    assert [child.tag for child in cases["gap"]] == ["skipped"]
    assert [child.text for child in cases["closed"]] == ["delete `todo`"]
    assert cases["both"].get("file") == "repo.rules" and cases["both"].get("line") == "12"


@settings(deadline=None, max_examples=80)
@given(name=st.text(max_size=40), reason=st.text(max_size=40))
def test_junit_is_well_formed_whatever_names_and_reasons_hold(name: str, reason: str) -> None:
    [first, *_] = results(layer(POLICY + TESTS))
    unmet = (testing.Unmet(name, reason, None, None, reason, 1),)
    hostile = testing.TestResult(name, reason, 1, "failed", unmet, first.facts, first.decision)
    suite = ET.fromstring(to_junit([hostile, hostile]).encode("utf-8"))
    assert [len(case) for case in suite] == [1, 1]


def test_coverage_counts_fired_won_and_each_condition_both_ways() -> None:
    rules = {rule.rule: rule for rule in covered(layer(POLICY + TESTS)).rules}
    assert (rules["deny-pay"].fired, rules["deny-pay"].won, rules["deny-pay"].points) == (True, True, (4, 4))
    assert rules["local"].points == (6, 6)
    assert (rules["idle"].fired, rules["idle"].won, rules["idle"].points) == (False, False, (0, 4))
    assert covered(layer(POLICY + TESTS)).share == 10 / 14


def test_coverage_of_a_rule_that_fired_but_lost() -> None:
    text = 'rule a\n  mode enforce\nrule b\n  mode shadow\n  when task is code\ntest "x"\n  given task code\n  expect mode enforce\n'
    lost = {rule.rule: rule for rule in covered(layer(text)).rules}["b"]
    assert (lost.fired, lost.won) == (True, False)
    assert "    fired, but was never in force" in covered(layer(text)).text().splitlines()


def test_restriction_that_fired_on_the_unknown_counts_as_fired_but_its_condition_was_not_seen() -> None:
    text = 'rule a\n  refuse\n  when turn > 5\ntest "x"\n  expect refused by a\n'
    [rule] = covered(layer(text)).rules
    assert (rule.fired, rule.won, rule.atoms[0].true, rule.atoms[0].false) == (True, True, False, False)


def test_coverage_says_each_layers_share_when_there_are_several() -> None:
    both = covered(layer(POLICY + TESTS), layer("rule u\n  tag y\n  when task is code\n", "user"))
    assert both.to_plain()["layers"] == {"repo": 0.7143, "user": 1.0}
    assert both.text().splitlines()[-3:] == [
        "repo 71% of 3 rules",
        "user 100% of 1 rules",
        "coverage 78% of 4 rules",
    ]


def test_coverage_as_text(snapshot: object) -> None:
    assert covered(layer(POLICY + TESTS)).text() == snapshot


@pytest.mark.parametrize("text", ["", 'test "x"\n  expect not refused\n'])
def test_coverage_of_no_rules_is_whole(text: str) -> None:
    assert covered(layer(text)).share == 1.0


def test_facts_of_a_test_have_the_units_of_requests() -> None:
    text = (
        'test "x"\n  given date 2026-06-01, pressure(anthropic) 85%, spend(total) $2.50/month, path "a", path "b",'
        ' group core, prompt "12345", turn 3, unknown branch\n  expect not refused\n'
    )
    facts: Facts = results(layer(text))[0].facts
    assert facts == {
        "date": 739768, "pressure(anthropic)": 0.85, "spend(total)/month": 2.5, "path": ("a", "b"),
        "group": ("core",), "prompt": "12345", "prompt.tokens": 2, "turn": 3.0,
        "strained": (("anthropic", 1),),
    }  # fmt: skip
