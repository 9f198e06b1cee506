"""Changes between two policies, each with the request that shows it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from router.analyse import diff
from router.analyse.diff import Differences, diff_policies
from router.table.table import Table
from tests.analyse.world import decider_of, layer, table_of

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "analyse" / "diff.toml").read_text("utf-8")
)["case"]
BUILT_IN = layer("rule by-tier\n  route to @tier\n", "built-in")


def table(text: str) -> Table:
    return table_of(layer(text), BUILT_IN)


def found(case: dict[str, Any]) -> Differences:
    return diff_policies(table(case["old"]), table(case["new"]))


def rows(differences: Differences) -> list[list[str]]:
    return [
        [one.what, one.rule, ", ".join(f"{key} {value}" for key, value in one.facts), one.old, one.new]
        for one in differences.found
    ]


def test_there_are_cases_with_and_without_differences() -> None:
    assert len([case for case in CASES if case["differences"]]) >= 12
    assert len([case for case in CASES if not case["differences"]]) >= 5


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_policies_differ_exactly_so(case: dict[str, Any]) -> None:
    differences = found(case)
    assert rows(differences) == case["differences"]
    assert not differences.exhausted


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_backwards_the_same_things_differ_the_other_way_round(case: dict[str, Any]) -> None:
    back = diff_policies(table(case["new"]), table(case["old"]))
    assert {row[0] for row in rows(back)} == {row[0] for row in case["differences"]}


@pytest.mark.parametrize("case", [c for c in CASES if c["differences"]], ids=lambda case: case["name"])
def test_each_request_decides_differently_under_the_two(case: dict[str, Any]) -> None:
    old, new = (decider_of(layer(case[name]), BUILT_IN) for name in ("old", "new"))
    for one in found(case).found:
        told = {
            what: (was, now)
            for what, was, now in diff._differing(
                diff._decided(old, one.request), diff._decided(new, one.request)
            )
        }
        assert told[one.what] == (one.old, one.new)


@pytest.mark.slow
def test_a_rewritten_policy_stops_at_its_limit_and_says_so() -> None:
    old = "".join(f"rule r{n}\n  tag a{n}\n  when turn is {n}\n" for n in range(600))
    new = "".join(f"rule r{n}\n  tag b{n}\n  when turn is {n}\n" for n in range(600))
    differences = diff_policies(table(old), table(new))
    assert (len(differences.found), differences.exhausted) == (diff.MOST_FOUND, True)


def test_smaller_requests_come_first_among_changes_of_a_kind() -> None:
    old = "rule a\n  tag x\n  when turn > 5 and task is code\nrule b\n  tag y\n  when hour is 3\n"
    sizes = [len(one.request) for one in diff_policies(table(old), table("")).found if one.what == "tags"]
    assert sizes == sorted(sizes) and len(sizes) == 2


def test_text_and_plain_data_of_a_difference() -> None:
    [one] = diff_policies(
        table("rule a mode enforce when turn > 5"), table("rule a mode shadow when turn > 5")
    ).found
    assert one.text() == "mode (a)\n    for turn 6\n    was enforce\n    is  shadow"
    assert one.to_plain() == {
        "what": "mode", "rule": "a", "request": {"turn": "6"}, "old": "enforce", "new": "shadow",
    }  # fmt: skip
