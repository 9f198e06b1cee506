"""The batch form of the dry run: JSON lines in, JSON lines out."""

import json
from typing import Any

import pytest
from flow_world import Shell

FIELDS = [
    "id", "task", "complexity", "confidence", "complexity_confidence", "abstained", "tier", "mode", "profile",
    "outcome", "chain", "denied", "estimated_cost_usd", "rules",
]  # fmt: skip
POLICY = """\
rule no-offshore
  deny provider deepseek
  when path under "src/payments/"

rule secret
  redact secrets
  when prompt contains "cvv2"

rule hot
  downgrade to simple
  when pressure(anthropic) > 90%

rule night
  tag night
  when hour in 22..5

rule broke
  refuse
  when spend(total) > $5
"""


@pytest.fixture(autouse=True)
def policy(shell: Shell) -> None:
    shell.rules(POLICY)


def line(number: Any, prompt: str = "fix it", **facts: Any) -> str:
    known = {
        "task": "code",
        "complexity": "complex",
        "path": ["a.py"],
        "pressure": {"anthropic": "1%"},
        "spend": {"total": "1"},
    }
    return json.dumps({"id": number, "prompt": prompt, **known, "at": "2026-03-04T12:00", **facts})


def test_one_decision_a_line_in_the_same_order(shell: Shell) -> None:
    given = [line(at) for at in (5, 3, "a", None)]
    ran = shell.run("test", "--jsonl", stdin="\n".join(given))
    assert ran.code == 0 and ran.err == ""
    assert [one["id"] for one in ran.lines] == [5, 3, "a", None]
    assert all(list(one) == FIELDS for one in ran.lines)


def test_line_decides_as_the_single_form_does(shell: Shell) -> None:
    [batch] = shell.run("test", "--jsonl", stdin=line(1)).lines
    single = shell.run(
        "test", "fix it", "--task", "code", "--complexity", "complex", "--path", "a.py", "--pressure",
        "anthropic=1%", "--spend", "total=1", "--at", "2026-03-04T12:00", "--json",
    ).plain  # fmt: skip
    del single["trace"], batch["id"]
    assert batch == single


@pytest.mark.parametrize(
    ("facts", "field", "value"),
    [
        ({"path": "src/payments/a.py"}, "denied", ["deepseek"]),
        ({"path": ["b.py", "src/payments/a.py"]}, "denied", ["deepseek"]),
        ({"pressure": {"anthropic": "91%"}}, "complexity", "simple"),
        ({"pressure": {"anthropic": 0.91}}, "complexity", "simple"),
        ({"spend": {"total": 6}}, "outcome", "refused"),
        ({"task": "image"}, "task", "image"),
    ],
)  # fmt: skip
def test_facts_of_a_line_count(shell: Shell, facts: dict[str, Any], field: str, value: Any) -> None:
    plain, changed = shell.run("test", "--jsonl", stdin=line(1) + "\n" + line(2, **facts)).lines
    assert plain[field] != value
    assert changed[field] == value


def test_options_hold_for_lines_that_do_not_say_otherwise(shell: Shell) -> None:
    bare = json.dumps({"id": 1, "prompt": "x", "path": "a.py", "spend": {"total": 0}})
    own = json.dumps({"id": 2, "prompt": "x", "path": "a.py", "spend": {"total": 0}, "task": "query"})
    ran = shell.run("test", "--jsonl", "--task", "code", "--complexity", "simple", stdin=f"{bare}\n\n{own}\n")
    assert [one["task"] for one in ran.lines] == ["code", "query"]


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "nonsense",
        "[1]",
        '"text"',
        '{"id": 1}',
        '{"prompt": 7}',
        '{"prompt": null}',
        '{"prompt": "x", "turn": "two"}',
        '{"prompt": "x", "turn": true}',
        '{"prompt": "x", "branch": 7}',
        '{"prompt": "x", "path": 7}',
        '{"prompt": "x", "path": [7]}',
        '{"prompt": "x", "path": {"a": 1}}',
        '{"prompt": "x", "task": "sing"}',
        '{"prompt": "x", "complexity": "huge"}',
        '{"prompt": "x", "at": "tomorrow"}',
        '{"prompt": "x", "pressure": {"anthropic": "much"}}',
        '{"prompt": "x", "pressure": {"anthropic": NaN}}',
        '{"prompt": "x", "pressure": 7}',
        '{"prompt": "x", "spend": {"total": null}}',
        '{"prompt": "x", "last_route": "code"}',
        '{"prompt": "x", "last_route": 7}',
        "[" * 100_000,
        '{"prompt": "x", "turn": ' + "9" * 5000 + "}",
    ],
)
def test_bad_line_ends_the_run_with_its_number(shell: Shell, bad: str) -> None:
    ran = shell.run("test", "--jsonl", stdin=f"{line('good')}\n{bad}\n{line('after')}")
    assert ran.code == 1
    assert [one["id"] for one in ran.lines] == ["good"]
    assert ran.err.startswith("llm-router: line 2 of standard input")
    assert len(ran.err.splitlines()) == 1 and len(ran.err) < 400


def test_bytes_that_are_no_text_are_a_bad_line(shell: Shell) -> None:
    ran = shell.run("test", "--jsonl", stdin=b'{"prompt": "\xff\xfe"}')
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("llm-router: line 1 of standard input")


def test_empty_input_gives_nothing(shell: Shell) -> None:
    ran = shell.run("test", "--jsonl", stdin="")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


@pytest.mark.parametrize(
    "prompt", ["\0", "a\0b", "\ud800", "x\udfff\ud800y", "", " ", "\u202ecvv2", "\x1b[31mred", "é" * 70_000]
)
def test_odd_prompts_are_decided(shell: Shell, prompt: str) -> None:
    [one] = shell.run("test", "--jsonl", stdin=line(prompt, prompt)).lines
    assert one["id"] == prompt
    assert one["outcome"] == "route" and one["chain"]


def test_restriction_sees_a_prompt_with_surrogates(shell: Shell) -> None:
    hidden, plain = shell.run(
        "test", "--jsonl", stdin=line(1, "\ud800 cvv2 \udfff") + "\n" + line(2, "\ud800 cvv \udfff")
    ).lines
    assert "redact:secret" in hidden["rules"] and "redact:secret" not in plain["rules"]


def test_prompt_of_5_mb_is_decided_and_what_was_not_looked_at_is_unknown(shell: Shell) -> None:
    ends, middle, none = shell.run(
        "test", "--jsonl",
        stdin="\n".join(line(1, p) for p in ("x " * 2_500_000 + "cvv2", "x" * 2_500_000 + " cvv2 " + "x" * 2_500_000, "x")),
    ).lines  # fmt: skip
    assert "redact:secret" in ends["rules"] and "redact:secret" in middle["rules"]
    assert "redact:secret" not in none["rules"]
