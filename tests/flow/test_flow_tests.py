"""`test` without a prompt: the policy's own test blocks."""

import xml.etree.ElementTree as ET

import pytest
from flow_world import Shell
from syrupy.assertion import SnapshotAssertion

POLICY = """\
rule no-offshore
  deny provider deepseek
  when path under "src/payments/"

rule pinned
  route to openai/gpt-6-luna
  when task is code and branch is "main"

rule bigger
  route to @premium
  when task is code and complexity is complex
  over pinned

test "holds"
  given task code, complexity simple, path "src/payments/a.py", branch "main"
  expect denied provider deepseek by no-offshore
  expect route openai/gpt-6-luna by pinned
"""
FAILING = """
test "wrong branch"
  given task code, complexity simple, branch "dev", path "a.py"
  expect route openai/gpt-6-luna by pinned

test "stronger rule"
  given task code, complexity complex, branch "main", path "a.py"
  expect route openai/gpt-6-luna by pinned
"""
TODO = """
todo test "a known gap"
  given task query, complexity simple, path "a.py"
  expect denied provider deepseek
"""
TODO_PASSES = """
todo test "no gap any more"
  given task query, complexity simple, path "src/payments/a.py"
  expect denied provider deepseek
"""


def test_passing_tests_are_listed_and_exit_0(shell: Shell) -> None:
    shell.rules(POLICY)
    ran = shell.run("test")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "ok          holds  .llm-router/policy.rules:14\n1 passed\n"


def test_failure_shows_who_won_who_was_expected_and_the_first_condition_that_failed(
    shell: Shell, snapshot: SnapshotAssertion
) -> None:
    shell.rules(POLICY + FAILING)
    ran = shell.run("test")
    assert ran.code == 1
    assert ran.out == snapshot


def test_failure_as_plain_data(shell: Shell) -> None:
    shell.rules(POLICY + FAILING)
    tests = {test["name"]: test for test in shell.run("test", "--json").plain["tests"]}
    assert tests["holds"]["outcome"] == "passed" and tests["holds"]["unmet"] == []
    [unmet] = tests["wrong branch"]["unmet"]
    assert (unmet["won"], unmet["wanted"], unmet["line"]) == ("by-tier", "pinned", 21)
    assert unmet["reason"] == "branch is main: seen dev"
    [unmet] = tests["stronger rule"]["unmet"]
    assert (unmet["won"], unmet["reason"]) == (
        "bigger",
        "its condition holds; route: bigger stands before it",
    )


def test_known_gap_is_no_failure(shell: Shell) -> None:
    shell.rules(POLICY + TODO)
    ran = shell.run("test")
    assert ran.code == 0
    assert ran.out.splitlines()[1:] == [
        "todo        a known gap  .llm-router/policy.rules:19",
        "1 passed, 1 todo",
    ]


def test_known_gap_that_is_closed_is_a_failure(shell: Shell) -> None:
    shell.rules(POLICY + TODO_PASSES)
    ran = shell.run("test")
    assert ran.code == 1
    assert "todo passes no gap any more  .llm-router/policy.rules:19" in ran.out.splitlines()


def test_run_picks_tests_by_a_part_of_their_name(shell: Shell) -> None:
    shell.rules(POLICY + FAILING)
    assert shell.run("test", "--run", "HOLD").code == 0
    assert [t["name"] for t in shell.run("test", "--run", "rule", "--json").plain["tests"]] == [
        "stronger rule"
    ]


def test_run_that_picks_nothing_says_so(shell: Shell) -> None:
    shell.rules(POLICY)
    ran = shell.run("test", "--run", "nosuch")
    assert (ran.code, ran.out) == (1, "no test's name contains `nosuch`\n")


def test_policy_without_tests_says_what_to_do(shell: Shell) -> None:
    ran = shell.run("test")
    assert ran.code == 0
    assert ran.out == 'no tests: add `test "..."` blocks to a rule file, or give a prompt to decide\n'


@pytest.mark.parametrize("name", ["plain", "<b>&]]>'", "naïve 中文 😀", "tab\there", "a" * 3000])
def test_junit_is_well_formed_whatever_a_test_is_called(shell: Shell, name: str) -> None:
    shell.rules(
        POLICY + f'\ntest "{name}"\n  given task code, complexity simple, path "a.py"\n  expect refused\n'
    )
    out = shell.root / "home" / "report.xml"
    ran = shell.run("test", "--junit", str(out))
    assert ran.code == 1, ran
    suite = ET.fromstring(out.read_bytes())
    cases = list(suite.iter("testcase"))
    assert len(cases) == 2
    assert [len(case.findall("failure")) for case in cases] == [0, 1]
    assert cases[1].get("name", "")[:4] == name[:4].replace("\t", cases[1].get("name", "")[3:4])


def test_junit_counts(shell: Shell) -> None:
    shell.rules(POLICY + FAILING + TODO)
    out = shell.root / "home" / "report.xml"
    shell.run("test", "--junit", str(out))
    root = ET.fromstring(out.read_bytes())
    suite = root if root.tag == "testsuite" else next(root.iter("testsuite"))
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "2", "1")


def test_coverage_names_what_was_never_seen(shell: Shell, snapshot: SnapshotAssertion) -> None:
    shell.rules(POLICY)
    ran = shell.run("test", "--coverage")
    assert ran.code == 0
    assert ran.out == snapshot


def test_coverage_is_whole_when_each_condition_was_seen_both_ways(shell: Shell) -> None:
    shell.rules(
        "rule local\n  route to openai/gpt-6-luna\n  when task is code\n"
        'test "a"\n  given task code, complexity simple\n  expect route openai/gpt-6-luna by local\n'
        'test "b"\n  given task query, complexity simple\n  expect not fired local\n'
    )
    plain = shell.run("policy", "coverage", "--json").plain
    assert plain["share"] == 1.0
    [rule] = plain["rules"]
    assert (rule["fired"], rule["won"]) == (True, True)
    assert rule["atoms"] == [{"condition": "task is code", "true": True, "false": True}]


@pytest.mark.parametrize(("least", "code"), [("0", 0), ("99", 1)])
def test_policy_coverage_fails_under_a_least_share(shell: Shell, least: str, code: int) -> None:
    shell.rules(POLICY)
    assert shell.run("policy", "coverage", "--min", least).code == code


def test_test_of_a_policy_with_errors_shows_them(shell: Shell) -> None:
    shell.rules(POLICY + "rule x\n  deny provider nosuch\n")
    ran = shell.run("test")
    assert (ran.code, ran.out) == (1, "")
    assert "nosuch" in ran.err and ".llm-router/policy.rules:19:17" in ran.err
