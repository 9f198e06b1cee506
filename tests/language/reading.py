"""Texts as the front half of the language sees them: parsed, checked against the shipped catalogue, rendered."""

from datetime import date
from functools import cache
from pathlib import Path

from router.base.problems import Problem, has_errors, in_order
from router.engine.build import names_of
from router.policy.catalogue import load_catalogue
from router.policy.check import CHECKS, Names
from router.policy.nodes import Layer, LayerName
from router.policy.parse import parse_policy

TODAY = date(2026, 11, 25)
FILE = "policy.rules"
CASES = Path(__file__).resolve().parents[1] / "cases" / "language"
SAMPLE = (CASES / "sample.rules").read_text(encoding="utf-8")
"""A file that uses most of the language, in canonical form."""


@cache
def names() -> Names:
    return names_of(load_catalogue(), TODAY)


def problems_of(text: str, layer: LayerName = "repo") -> tuple[Problem, ...]:
    """What parser and checks say of one file; the checks run as far as the parser's items go."""
    parsed, found = parse_policy(text, FILE)
    problems = list(found)
    if not has_errors(problems):
        for check in CHECKS:
            problems += check((Layer(layer, (parsed,)),), names())
    return in_order(problems)


def errors_of(text: str, layer: LayerName = "repo") -> list[Problem]:
    return [problem for problem in problems_of(text, layer) if problem.severity == "error"]


def underlined(text: str, problem: Problem) -> str:
    """The text that a problem's span covers."""
    span = problem.span
    assert span is not None
    rows = text.split("\n")
    if span.line == span.end_line:
        return rows[span.line - 1][span.column - 1 : span.end_column - 1]
    middle = rows[span.line : span.end_line - 1]
    return "\n".join(
        [rows[span.line - 1][span.column - 1 :], *middle, rows[span.end_line - 1][: span.end_column - 1]]
    )
