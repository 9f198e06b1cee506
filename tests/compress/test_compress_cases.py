"""Recorded outputs of each family: what must be shown is, what is noise is not, and it is worth while."""

from collections import Counter
from typing import Any

import pytest

from router.base.shipped import shipped
from tests.compress.world import cases, shipped_filters, squeeze, words

FAMILIES = sorted(path.stem for path in shipped("rules/filters").glob("*.yaml"))


def test_the_shipped_filters_have_no_fault() -> None:
    filters = shipped_filters()
    assert filters.problems == ()
    assert sorted(item.name for item in filters.all) == FAMILIES
    assert len(FAMILIES) >= 19


def test_each_family_has_two_recorded_outputs_or_more() -> None:
    counted = Counter(family for family, _ in cases())
    assert {family for family in FAMILIES if counted[family] < 2} == set()
    assert set(counted) <= {*FAMILIES, "plain"}


@pytest.mark.parametrize(("family", "case"), cases(), ids=lambda value: value if isinstance(value, str) else value["name"])
def test_a_recorded_output_keeps_its_facts_and_loses_its_noise(family: str, case: dict[str, Any]) -> None:
    done = squeeze(case["command"], case["output"], case.get("exit_code", 0))
    shown = words(done.text)
    assert [fact for fact in case["shows"] if words(fact) not in shown] == []
    assert [noise for noise in case.get("hides", ()) if noise in done.text] == []
    assert len(done.text) <= (1 - case.get("saves", 0)) * len(case["output"])
