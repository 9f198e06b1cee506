"""Laws of printing and formatting, on random policies with random comments."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.base.problems import Span
from router.policy.nodes import Comment, LetRef, Not, Value, Word
from router.policy.parse import format_policy, parse_policy, print_policy
from router.policy.parse.printer import print_value
from router.policy.parse.strings import quoted, unescape
from tests.language.nodes_random import HERE, bare, random_file

FILE = "random.rules"
SEEDS = st.integers(0, 2**32).map(Random)
_GAP = re.compile(r'r?"(?:\\.|[^"\\\n])*"|( )|(\n)')


def with_comments(rng: Random, text: str) -> str:
    """The text with comments and line breaks at some of the places where they mean nothing."""

    def gap(match: re.Match[str]) -> str:
        if match[0] not in (" ", "\n") or rng.random() > 0.08:
            return match[0]
        comment = rng.choice((f"# c{match.start()}", f'#c{match.start()} "x', "#", "# rule x  tag y"))
        if match[1]:
            return rng.choice((f"  {comment}\n    ", f"\n{comment}\n  ", f"\n\n    {comment}\n\n  "))
        return rng.choice((f" {comment}\n", f"\n{comment}\n", f"\n\n  {comment}\n\n"))

    return _GAP.sub(gap, text)


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_printed_policy_parses_to_the_same_nodes(rng: Random) -> None:
    file = random_file(rng)
    parsed, problems = parse_policy(print_policy(file), FILE)
    assert problems == ()
    assert bare(parsed) == bare(file)


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_a_printed_policy_is_formatted_already(rng: Random) -> None:
    text = print_policy(random_file(rng))
    assert format_policy(text, FILE) == (text, ())


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_formatting_keeps_meaning_and_comments_and_is_done_in_one_pass(rng: Random) -> None:
    file = random_file(rng)
    text = with_comments(rng, print_policy(file))
    before, problems = parse_policy(text, FILE)
    assert problems == () and bare(before) == bare(file)
    once, _ = format_policy(text, FILE)
    assert once is not None
    after, problems = parse_policy(once, FILE)
    assert problems == () and bare(after) == bare(file)
    assert sorted(c.text for c in after.comments) == sorted(c.text for c in before.comments)
    assert format_policy(once, FILE)[0] == once


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_indentation_and_line_ends_carry_no_meaning(rng: Random) -> None:
    file = random_file(rng)
    text = print_policy(file)
    for changed in (
        re.sub("^", "    ", text, flags=re.MULTILINE),
        text.replace("\n", "\r\n"),
        text.replace("\n", "\n\n"),
    ):
        parsed, problems = parse_policy(changed, FILE)
        assert problems == () and bare(parsed) == bare(file)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=40))
def test_any_text_reads_back_from_its_quotes(text: str) -> None:
    assert unescape(quoted(text)[1:-1]) == text


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=20))
def test_any_text_stands_in_a_rule_unseen_signs_written_out(text: str) -> None:
    source = f"rule a\n  tag x\n  when branch is {quoted(text)}\n  because {quoted(text)}\n"
    parsed, problems = parse_policy(source, FILE)
    assert [problem for problem in problems if problem.severity == "error"] == []
    assert parsed.rules[0].because == text


@settings(max_examples=300, deadline=None)
@given(st.floats(0, 1e300), st.sampled_from(("number", "percent", "money")))
def test_any_number_reads_back_from_its_digits(number: float, kind: str) -> None:
    value = Value(kind, number, HERE)  # type: ignore[arg-type]
    source = f"rule a\n  tag x\n  when turn is {print_value(value)}\n"
    parsed, problems = parse_policy(source, FILE)
    assert problems == ()
    assert parsed.rules[0].when.values[0].value == number  # type: ignore[union-attr]


def test_the_random_policies_hold_everything_there_is() -> None:
    """A law over nodes that never occur would hold of them without being tried."""
    texts = "\n".join(print_policy(random_file(Random(seed))) for seed in range(300))
    effects = (
        "classify as",
        "deny",
        "allow only",
        "cap",
        "refuse",
        "require approval",
        "redact",
        "compress",
        "tag",
        "downgrade to",
    )
    effects += ("route to", "mode", "profile", "prefer", "avoid")
    clauses = ("when", "unless", "over", "until", "rollout", "because", "lock", "given", "expect")
    missing = [word for word in (*effects, *clauses) if f"\n  {word}" not in texts]
    missing += [
        word
        for word in (" matches r", "contains any (", "contains all (", " under ", "not in (", "..", "known ")
        if word not in texts
    ]
    missing += [
        word
        for word in ("todo test", "unknown ", " by ", "not denied", "expect route", " then ", '"*-preview"')
        if word not in texts
    ]
    assert missing == []


def test_a_pattern_with_a_quote_is_printed_as_a_text() -> None:
    value = Value("regex", 'say "x" \\d', HERE)
    assert print_value(value) == '"say \\"x\\" \\\\d"'
    assert print_value(replace(value, value=r"\d+")) == r'r"\d+"'


def test_comments_stay_where_they_are_read() -> None:
    text = """\
# file

policy p version 1   # header
# about a
let a = turn > 1 # beside a
# about rule
rule r # beside rule
  # about tag
  tag x # beside tag
  when a # first part
    or hour > 3 # second part
  # about the reason
  because "x" # beside the reason
# about the test
test "t" # beside the test
  # about given
  given hour 4 # beside given
  # about expect
  expect tag x # beside expect
# end
"""
    assert (
        format_policy(text, FILE)[0]
        == """\
# file

policy p version 1  # header

# about a
let a = turn > 1  # beside a

# about rule
rule r  # beside rule
  # about tag
  tag x  # beside tag
  # first part
  # second part
  when a or hour > 3
  # about the reason
  because "x"  # beside the reason

# about the test
test "t"  # beside the test
  # about given
  given hour 4  # beside given
  # about expect
  expect tag x  # beside expect

# end
"""
    )


def test_words_that_hold_for_a_list_are_said_once() -> None:
    text = (
        'rule a\n  deny provider openai, mistral, openai/gpt-5.6, "*-preview", model gpt-5.6, provider xai\n'
    )
    assert format_policy(text, FILE)[0] == text
    loose = "rule a\n  deny provider openai, provider mistral\n"
    assert format_policy(loose, FILE)[0] == "rule a\n  deny provider openai, mistral\n"


def test_a_word_in_a_chain_holds_for_one_target_only() -> None:
    for text in (
        "rule a\n  route to model b then model c then openai then model d\n",
        "rule a\n  prefer openai, model b, c, provider openai\n",
        'test "t"\n  expect route model b then model c, denied model b, denied provider openai\n',
    ):
        assert format_policy(text, FILE)[0] == text


def test_words_that_read_as_operators_keep_their_parentheses_or_quotes() -> None:
    text = 'rule a\n  tag x\n  when prompt contains (any)\n\ntest "t"\n  given host "over", agent "is"\n  expect tag x\n'
    assert format_policy(text, FILE)[0] == text


def test_double_negation_survives() -> None:
    text = "rule a\n  tag x\n  when not not turn > 3\n"
    parsed, _ = parse_policy(text, FILE)
    assert isinstance(parsed.rules[0].when, Not) and isinstance(parsed.rules[0].when.operand, Not)
    assert format_policy(text, FILE)[0] == text


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_every_place_of_a_node_covers_its_words(rng: Random) -> None:
    text = with_comments(rng, print_policy(random_file(rng)))
    parsed, _ = parse_policy(text, FILE)
    rows = text.split("\n")
    found = list(places(parsed))
    for node, span in found:
        assert (span.line, span.column) < (span.end_line, span.end_column)
        assert 1 <= span.line <= span.end_line <= len(rows)
        assert span.column <= len(rows[span.line - 1]) and span.end_column <= len(rows[span.end_line - 1]) + 1
        said = rows[span.line - 1][span.column - 1 : span.end_column - 1]
        if isinstance(node, Word):
            assert said == node.text
        elif isinstance(node, Value) and node.kind in ("word", "date"):
            assert said.startswith(str(node.value)[:10])
        elif isinstance(node, Comment):
            assert said.startswith("#") and node.text in said
        elif isinstance(node, LetRef):
            assert said == node.name
    assert parsed.items == () or found


def places(node: object) -> Iterator[tuple[object, Span]]:
    """Every node with its own place."""
    if isinstance(node, tuple):
        for part in node:
            yield from places(part)
    elif is_dataclass(node) and not isinstance(node, type | Span):
        if isinstance(span := getattr(node, "span", None), Span):
            yield node, span
        for each in fields(node):
            yield from places(getattr(node, each.name))
