"""Whatever the text is, parser, checks and formatter answer with values, and every place lies inside it."""

import re
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.base.problems import Problem, has_errors
from router.base.render import apply_fixes, render_github, render_json, render_sarif, render_text
from router.engine.build import names_of
from router.model.catalogue import catalogue_to_plain
from router.policy.catalogue import load_catalogue
from router.policy.check import MOST
from router.policy.compile.compile import compile_policy
from router.policy.nodes import Layer
from router.policy.parse import format_policy, parse_policy, print_policy
from router.policy.parse.parser import MAX_CHARS, MAX_ITEMS
from tests.language.nodes_random import random_file
from tests.language.reading import FILE, SAMPLE, problems_of

SEEDS = st.integers(0, 2**32).map(Random)
WORDS = (
    "rule", "let", "test", "todo", "policy", "when", "unless", "not", "and", "or", "in", "is", "(", ")", ",", "..", "=", "==", "task",
    "code", "hour", "3", "85%", "$5", "$5/day", '"x"', 'r"x"', "'x'", '"', "@premium", "openai/gpt-5.6", "route to", "deny", "then", "tag",
    "expect", "given", "known", "#", "\n", "\nrule a\n", "src/pay", "2026-02-30", "\x00", "\ud800", "\u202e", "é", "\\", "->", "&&", "!",
)  # fmt: skip
_TOKEN = re.compile(r'\s+|"[^"\n]*"|\w+|.')


def outside(text: str, problems: tuple[Problem, ...]) -> list[Problem]:
    """Problems whose place, repair or note does not lie inside the text."""
    rows = text.split("\n")

    def lies_inside(span: object) -> bool:
        if span is None:
            return True
        line, column, end_line, end = span.line, span.column, span.end_line, span.end_column  # type: ignore[attr-defined]
        if not 1 <= line <= end_line <= len(rows) or (line, column) > (end_line, end) or column < 1:
            return False
        # One column past the end is where something is missing.
        return column <= len(rows[line - 1]) + 1 and end <= len(rows[end_line - 1]) + 2

    return [
        problem
        for problem in problems
        if not all(
            map(
                lies_inside,
                (problem.span, problem.fix and problem.fix.span, *(note.span for note in problem.notes)),
            )
        )
    ]


def survives(text: str) -> None:
    problems = problems_of(text)
    assert outside(text, problems) == []
    assert all("\n" not in problem.message for problem in problems)
    formatted, _ = format_policy(text, FILE)
    parsed, found = parse_policy(text, FILE)
    assert (formatted is None) == has_errors(found)
    assert bool(parsed.items) or formatted in (None, "") or parsed.name is not None or parsed.comments
    assert render_text(problems, {FILE: text}, True).count("\x1b[0m") <= 2 * len(problems)
    assert len(render_json(problems)) == len(problems)
    assert len(render_github(problems).splitlines()) == len(problems)
    assert render_sarif(problems, {}, "0").isascii()
    apply_fixes(text, problems)[0].encode("utf-8", "surrogatepass")


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_any_text_is_answered(text: str) -> None:
    survives(text)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25), st.booleans())
def test_any_words_of_the_language_are_answered(words: list[str], as_rule: bool) -> None:
    survives(("rule a\n  tag x\n  when " if as_rule else "") + " ".join(words))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_valid_file_with_a_few_changes_is_answered(rng: Random) -> None:
    text = SAMPLE if rng.random() < 0.3 else print_policy(random_file(rng))
    tokens = _TOKEN.findall(text)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(tokens) or 1)
        tokens[at : at + rng.randint(0, 2)] = rng.choice(
            ([], [rng.choice(WORDS)], [chr(rng.randrange(0x3000))])
        )
    survives("".join(tokens))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "", "\x00", "\ud800", "\ufeffrule a\n  tag x\n", "#", "\r\r\r", '"', "rule", "rule a", "let a =", 'test "', "(", "\\", "@", "rule a\n  tag x\n  when (",
        "rule a\n  tag x\n  when turn > " + "9" * 5000, "rule " + "a" * 100_000 + "\n  tag x\n", "rule a\n  tag " + "x" * 100_000 + " y\n",
        "rule a\n  tag x\n  when " + "z" * 100_000 + " is 3\n", "rule a\n  cap total at $" + "9" * 400 + "/day\n",
        "rule a\n  tag x\n  rollout " + "9" * 400 + "% of sessions\n", "rule a\n  tag x\n  until 0000-00-00\n", '"' * 10_000, "#" * 10_000, "'" * 10_000,
        "rule a\n  tag x\n  when branch is \"\\ud800\"\n",
    ],
    ids=range(26),
)  # fmt: skip
def test_odd_texts_are_answered(text: str) -> None:
    survives(text)


def chain_of(lets: list[str]) -> str:
    return "\n".join(lets) + "\nrule a\n  tag x\n  when l0\n"


@pytest.mark.parametrize("opened", ["(", "not ", "not ("])
@pytest.mark.parametrize("depth", [65, 200, 5_000, 100_000])
def test_deep_nesting_is_one_problem_at_the_place_where_it_is_too_deep(opened: str, depth: int) -> None:
    text = "rule a\n  tag x\n  when " + opened * depth + "turn > 3" + ")" * depth * opened.count("(") + "\n"
    problems = problems_of(text)
    assert [problem.code for problem in problems] == ["R109"]
    assert problems[0].span is not None and problems[0].span.line == 3


@pytest.mark.parametrize("opened", ["(", "not ", "not ("])
def test_nesting_up_to_the_limit_is_read_printed_and_compiled(opened: str) -> None:
    depth = 64
    text = "rule a\n  tag x\n  when " + opened * depth + "turn > 3" + ")" * depth * opened.count("(") + "\n"
    parsed, problems = parse_policy(text, FILE)
    assert problems == () and format_policy(text, FILE)[0] is not None
    assert compiled(parsed_layer := Layer("repo", (parsed,))) == [] and parsed_layer.files


def compiled(layer: Layer) -> list[str]:
    """The codes that compiling gives."""
    data, problems = compile_policy((layer,), catalogue_to_plain(load_catalogue()), {}, "0" * 64)
    assert (data is None) == bool(problems)
    return [problem.code for problem in problems]


def test_too_deep_groups_in_several_rules_are_told_of_each() -> None:
    deep = "  tag x\n  when " + "(" * 70 + "turn > 3" + ")" * 70 + "\n"
    assert [p.code for p in problems_of(f"rule a\n{deep}rule b\n{deep}rule c\n  tag x\n")] == ["R109", "R109"]


def test_lets_in_a_circle_are_one_error() -> None:
    lets = [f"let l{n} = l{(n + 1) % 500}" for n in range(500)]
    found = [problem.code for problem in problems_of(chain_of(lets))]
    assert found == ["R322"]


def test_a_long_chain_of_lets_is_no_error_and_compiles() -> None:
    lets = [f"let l{n} = l{n + 1} or turn > {n + 1}" for n in range(200)] + ["let l200 = turn > 3"]
    text = chain_of(lets)
    assert [problem.code for problem in problems_of(text)] == []
    assert set(compiled(Layer("repo", (parse_policy(text, FILE)[0],)))) <= {"R410"}


def test_lets_that_double_each_other_are_refused_when_compiling() -> None:
    lets = [f"let l{n} = l{n + 1} and l{n + 1} or turn > {n + 1}" for n in range(60)] + [
        "let l60 = turn > 99"
    ]
    text = chain_of(lets)
    assert not has_errors(problems_of(text))
    assert compiled(Layer("repo", (parse_policy(text, FILE)[0],))) == ["R410"]


def test_rules_in_a_long_circle_of_over_are_one_error() -> None:
    text = "".join(f"rule r{n}\n  tag x\n  over r{(n + 1) % 1000}\n" for n in range(1000))
    found = [problem for problem in problems_of(text) if problem.severity == "error"]
    assert [problem.code for problem in found] == ["R332"]
    assert len(found[0].message) < 500


def test_a_file_beyond_the_limit_is_refused_unread() -> None:
    parsed, problems = parse_policy("#" * (MAX_CHARS + 1), FILE)
    assert [problem.code for problem in problems] == ["R111"] and parsed.items == ()


def test_one_item_of_thirty_thousand_words_is_answered() -> None:
    text = "rule a\n  tag x\n  when prompt contains any (" + '"x", ' * 30_000
    assert [problem.code for problem in problems_of(text)] == ["R101"]


def test_one_rule_too_many_is_refused_unread() -> None:
    parsed, problems = parse_policy("rule a\n" * (MAX_ITEMS + 1), FILE)
    assert [problem.code for problem in problems] == ["R111"] and parsed.items == ()


def test_a_file_of_mistakes_is_told_up_to_two_hundred() -> None:
    _, problems = parse_policy("rule a\n  tag\n" * 5_000, FILE)
    assert 200 <= len(problems) <= 220


def test_look_alike_words_are_told_up_to_a_bound() -> None:
    text = "rule a\n  tag x\n" + "# m\u0430in\n" * 20_000
    assert 1 <= len(parse_policy(text, FILE)[1]) <= 20


@pytest.mark.slow
def test_many_unknown_names_are_answered() -> None:
    text = "".join(f"rule r{n}\n  tag x\n  over q{n}\n" for n in range(5_000))
    found = problems_of(text)
    assert [problem.code for problem in found] == ["R331"] * MOST


@pytest.mark.slow
def test_a_full_file_is_read_whole() -> None:
    text = "".join(f"rule r{n}\n  tag x\n  when turn > {n % 9 + 1}\n" for n in range(MAX_ITEMS))
    parsed, problems = parse_policy(text, FILE)
    assert problems == () and len(parsed.rules) == MAX_ITEMS
    assert parsed.rules[-1].span.line == 3 * MAX_ITEMS - 2


def test_the_names_are_those_of_the_catalogue() -> None:
    assert len(names_of(load_catalogue(), date(2026, 11, 25)).providers) >= 5
