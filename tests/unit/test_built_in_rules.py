"""The built-in rules pass their own tests, are in canonical form and give no problem."""

from datetime import date
from pathlib import Path

import pytest

from router.analyse.testing import JudgeText, run_tests
from router.base.places import Places
from router.base.shipped import shipped
from router.decide.decide import Classify, Decider
from router.decide.judged import unjudged
from router.engine.build import build
from router.policy.parse import format_policy
from router.table.table import Table

FILES = sorted(shipped("rules").glob("*.rules"))


class NoClassifier(JudgeText):
    """Leaves the task unknown, so that a test passes by the rules alone."""

    def classify(self, prompt: str) -> Classify:
        return unjudged


def test_the_built_in_rules_pass_their_own_tests(tmp_path: Path) -> None:
    built = build(Places(tmp_path, tmp_path, None, tmp_path), {}, date(2026, 11, 25))
    assert built.data is not None and not built.problems
    results = run_tests(built.layers, Decider(Table.load(built.data)), NoClassifier())
    assert len(results) >= 15
    assert [(r.name, r.unmet) for r in results if r.outcome != "passed"] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_file_is_in_canonical_form_and_holds_tests(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_policy(text, path.name) == (text, ())
    assert 'test "' in text
