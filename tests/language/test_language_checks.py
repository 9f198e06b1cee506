"""What the checks say, and where they must be silent, as data."""

from typing import Any

import pytest
import yaml

from router.policy.check import CHECKS, facts, patterns, structure, targets
from router.policy.nodes import Layer, LayerName
from router.policy.parse import parse_policy
from tests.language.reading import CASES, FILE, names, problems_of, underlined

Case = dict[str, Any]
ALL: list[Case] = yaml.safe_load((CASES / "checks.yaml").read_text(encoding="utf-8"))
SILENT = [case for case in ALL if "found" not in case]
NOT_HERE = {"R314", "R317"}
"""R314 needs a catalogue with a model that is switched off, R317 a hundred rules; see below."""


def test_every_code_of_the_checks_has_a_case_besides_its_page() -> None:
    codes = {page.code for group in (facts, patterns, structure, targets) for page in group.PAGES}
    tried = {code for case in ALL for code, _, _ in case.get("found", ())}
    assert len(codes) >= 30
    assert codes - tried == NOT_HERE
    assert len(SILENT) >= 15 and len({case["name"] for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case["name"])
def test_a_file_gives_exactly_what_its_case_says(case: Case) -> None:
    layer: LayerName = case.get("layer", "repo")
    found = [
        [problem.code, problem.span and problem.span.line, underlined(case["text"], problem)]
        for problem in problems_of(case["text"], layer)
    ]
    assert found == [[code, line, str(said)] for code, line, said in case.get("found", [])]


def test_a_model_that_is_switched_off_is_told_with_its_replacement() -> None:
    from dataclasses import replace

    known = replace(
        names(), models={"openai/old": ("2026-12-01", "openai/new"), "openai/gone": ("2026-12-01", None)}
    )
    parsed, _ = parse_policy("rule a\n  route to openai/old then openai/gone\n", FILE)
    found = [problem for check in CHECKS for problem in check((Layer("repo", (parsed,)),), known)]
    assert [(problem.code, problem.severity, problem.help) for problem in found] == [
        ("R314", "warning", "use `openai/new`"),
        ("R314", "warning", None),
    ]


def test_rules_of_one_layer_know_each_other_over_files_and_layers_do_not() -> None:
    first, _ = parse_policy("let late = hour in 20..6\nrule a\n  tag x\n  when late\n", "a.rules")
    second, _ = parse_policy("rule b\n  tag y\n  over a\n  when late\nrule a\n  tag z\n", "b.rules")

    def codes(*layers: Layer) -> list[str]:
        return sorted(problem.code for check in CHECKS for problem in check(layers, names()))

    assert codes(Layer("repo", (first, second))) == ["R333"]
    assert codes(Layer("repo", (first,)), Layer("user", (second,))) == ["R321"]


def test_the_checks_are_all_run() -> None:
    assert [check.__name__ for check in CHECKS] == [
        "check_lets", "check_facts", "check_patterns", "check_targets", "check_order", "check_effects", "check_tests",
    ]  # fmt: skip


def test_patterns_count_once_however_often_they_are_asked() -> None:
    large = 'r"a{1,900}"'
    same = "".join(f"rule r{n}\n  tag x\n  when prompt matches {large}\n" for n in range(300))
    assert problems_of(same) == ()
    different = "".join(f'rule r{n}\n  tag x\n  when prompt matches r"a{{1,900}}{n}"\n' for n in range(300))
    found = problems_of(different)
    assert [problem.code for problem in found] == ["R317"]
    assert "instructions" in found[0].message


def test_an_error_behind_many_warnings_is_said() -> None:
    made_up = ", ".join(f"openai/made-up-{n}" for n in range(1500))
    found = problems_of(f"rule a\n  prefer {made_up}, opnai\n")
    assert [problem.code for problem in found] == ["R312"] * 1500 + ["R311"]
    assert found[0].help is not None and found[-2].help is None
