"""The reference and the README say what the program does."""

import re
from pathlib import Path

import pytest

from router.base.problems import has_errors
from router.faces.cli.commands import COMMANDS
from router.facts import FACTS
from router.policy.parse import parse_policy
from router.policy.sources import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("variable", ENVIRONMENT, ids=lambda v: v.name)
def test_every_variable_stands_in_the_reference(variable: object) -> None:
    row = f"| `{variable.name}` | `{variable.key}` | {variable.kind} | {variable.effect} |"  # type: ignore[attr-defined]
    assert row in REFERENCE


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_stands_in_the_reference(fact: str) -> None:
    assert re.search(rf"`{re.escape(fact)}[`(:]", REFERENCE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert re.search(rf"`(llm-router )?{command}\b", README)


def rule_examples() -> list[str]:
    blocks = re.findall(r"```text\n(.*?)```", README + REFERENCE, re.DOTALL)
    return [block for block in blocks if re.search(r"^rule ", block, re.MULTILINE)]


def test_there_are_rule_examples() -> None:
    assert len(rule_examples()) >= 2


@pytest.mark.parametrize("text", rule_examples())
def test_every_example_of_rules_parses(text: str) -> None:
    parsed, problems = parse_policy(text, "example.rules")
    assert not has_errors(problems) and parsed.rules


def test_the_readme_begins_with_its_two_commands() -> None:
    first, second = re.findall(r"```sh\n(.*?)\n```", README, re.DOTALL)[:2]
    assert "pip install" in first and first.endswith("llm-router demo")
    assert second == "bash tests/run"
