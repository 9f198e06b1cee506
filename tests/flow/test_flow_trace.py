"""The dry run of one prompt: what it prints, and what each option changes."""

import json

import pytest
from flow_world import ESCAPE, Shell
from syrupy.assertion import SnapshotAssertion

POLICY = """\
policy payments version 1

let pci = path under "src/payments/"

rule no-offshore
  deny provider deepseek, mistral
  when pci
  because "PCI-DSS 12.8: cardholder code stays with contracted providers"

rule small-code-local
  route to ollama/qwen3.5:latest then @budget
  when task is code and complexity is simple
  unless branch like "release/*"

rule hot-quota
  downgrade to moderate
  when pressure(anthropic) >= 85%

rule night
  mode enforce
  when hour in 20..6

rule image-cap
  cap task image at $5.00/day

rule broke
  refuse
  when spend(total) > $20
  because "the day's budget is spent"
"""
FIX = (
    "test",
    "fix the race in the ledger",
    "--at",
    "2026-03-04T12:00",
    "--spend",
    "total=1",
    "--pressure",
    "anthropic=10%",
)
SIMPLE = (*FIX, "--task", "code", "--complexity", "simple")
HARD = (*FIX, "--task", "code", "--complexity", "complex")


@pytest.fixture(autouse=True)
def policy(shell: Shell) -> None:
    shell.rules(POLICY)


def test_trace_of_a_pinned_simple_task(shell: Shell, snapshot: SnapshotAssertion) -> None:
    ran = shell.run(*SIMPLE, "--path", "src/tool.py")
    assert ran.code == 0 and ran.err == "" and ESCAPE not in ran.out
    assert ran.out == snapshot


def test_trace_of_a_restricted_path(shell: Shell, snapshot: SnapshotAssertion) -> None:
    ran = shell.run(*HARD, "--path", "src/payments/ledger.py")
    assert ran.out == snapshot


def test_trace_when_no_path_was_sent(shell: Shell, snapshot: SnapshotAssertion) -> None:
    ran = shell.run(*HARD)
    assert ran.out == snapshot


def test_trace_of_a_refusal(shell: Shell, snapshot: SnapshotAssertion) -> None:
    ran = shell.run(*HARD, "--path", "a.py", "--spend", "total=21")
    assert ran.out == snapshot


def test_trace_of_a_downgrade_at_night(shell: Shell, snapshot: SnapshotAssertion) -> None:
    ran = shell.run(*HARD, "--path", "a.py", "--pressure", "anthropic=90%", "--at", "2026-03-04T23:00")
    assert ran.out == snapshot


def test_trace_when_nothing_may_answer(shell: Shell, snapshot: SnapshotAssertion) -> None:
    ran = shell.run(*HARD, "--path", "a.py", "--configured", "nobody")
    assert ran.out == snapshot


def test_rule_of_a_stronger_layer_stands_before_its_namesake(shell: Shell) -> None:
    shell.write("repo/.llm-router.yml", "profile: premium\n")
    rules = [r for r in shell.run(*HARD, "--json").plain["trace"]["rules"] if r["rule"] == "profile"]
    assert [(r["layer"], r["outcome"]) for r in rules] == [
        ("repo", "profile: in force"),
        ("built-in", "profile: profile of the repo layer stands before it"),
    ]


def test_json_holds_the_decision_and_its_trace(shell: Shell) -> None:
    plain = shell.run(*HARD, "--path", "src/payments/a.py", "--json").plain
    trace = plain.pop("trace")
    assert list(plain) == [
        "task", "complexity", "confidence", "complexity_confidence", "abstained", "tier", "mode", "profile",
        "outcome", "chain", "denied", "estimated_cost_usd", "rules",
    ]  # fmt: skip
    assert (plain["task"], plain["complexity"], plain["tier"]) == ("code", "complex", "premium")
    assert plain["denied"] == ["deepseek", "mistral"]
    assert "deny:no-offshore" in plain["rules"] and "route:by-tier" in plain["rules"]
    fired = {rule["rule"]: rule for rule in trace["rules"]}
    assert (fired["no-offshore"]["file"], fired["no-offshore"]["line"]) == (".llm-router/policy.rules", 5)
    assert fired["no-offshore"]["asked"] == [
        {"asked": 'path under "src/payments/"', "seen": "src/payments/a.py", "value": True}
    ]


@pytest.mark.parametrize(
    ("rule", "options", "said"),
    [
        ("small-code-local", (), "why not small-code-local: `complexity is simple` is not true: seen complex"),
        ("night", (), "why not night: `hour >= 20` is not true: seen 12"),
        ("by-tier", (), "why not by-tier: its condition holds; route: in force"),
        ("no-offshore", (), "why not no-offshore: its condition is unknown (path); deny: in force"),
        ("small-code-local", ("--complexity", "simple", "--branch", "release/2"),
         'why not small-code-local: `not branch like "release/*"` is not true: seen release/2'),
        ("by-tier", ("--complexity", "simple"),
         "why not by-tier: its condition holds; route: small-code-local stands before it"),
    ],
)  # fmt: skip
def test_why_not_names_the_condition_or_the_rule_before_it(
    shell: Shell, rule: str, options: tuple[str, ...], said: str
) -> None:
    ran = shell.run(*HARD, *options, "--why-not", rule)
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == said
    assert shell.run(*HARD, *options, "--why-not", rule, "--json").plain["why_not"]["rule"] == rule


def test_why_not_of_an_unknown_rule_suggests_a_near_one(shell: Shell) -> None:
    ran = shell.run(*HARD, "--why-not", "no-ofshore")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "llm-router: there is no rule `no-ofshore`; did you mean `no-offshore`?\n"


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ("path=src/payments/a.py", ["what if path = src/payments/a.py:", "  denied: none -> deepseek, mistral"]),
        ("path=./src/x/../payments/a.py", ["what if path = src/payments/a.py:"]),
        ("path=a.rs", ["what if path = a.rs, language = rust: nothing changes"]),
        ("language=unknown", ["what if language = unknown: nothing changes"]),
        ("spend(total)=21", ["what if spend(total)/day = 21.0:", "  outcome: route -> refused"]),
        ("pressure(anthropic)=95%", ["what if pressure(anthropic) = 0.95:", "  complexity: complex -> moderate"]),
        ("path=unknown", ["what if path = unknown, language = unknown:", "  denied: none -> deepseek, mistral"]),
        ("branch=dev", ["what if branch = dev: nothing changes"]),
        ("hour=23", ["what if hour = 23.0:", "  mode: suggest -> enforce"]),
        ("spend(total)/day=50", ["what if spend(total)/day = 50.0:", "  outcome: route -> refused"]),
    ],
)  # fmt: skip
def test_what_if_shows_only_what_differs(shell: Shell, change: str, lines: list[str]) -> None:
    ran = shell.run(*HARD, "--path", "a.py", "--what-if", change)
    shown = ran.out[ran.out.index("what if") :].splitlines()
    assert shown[: len(lines)] == lines
    if lines[-1].endswith("nothing changes"):
        assert (
            shell.run(*HARD, "--path", "a.py", "--what-if", change, "--json").plain["what_if"]["differences"]
            == []
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--what-if", "colour=red"), "unknown fact `colour`"),
        (("--what-if", "pressure=90%"), "`pressure` is no fact as `pressure(anthropic)` is one"),
        (("--what-if", "hour(x)=9"), "`hour(x)` is no fact as `hour` is one"),
        (("--what-if", "spend(total)/year=9"), "is no fact as `spend(total)/day` is one"),
        (("--what-if", "profile=premium"), "cannot set `profile`: the policy decides it"),
        (("--what-if", "cost=2"), "cannot set `cost`"),
        (("--what-if", "prompt=x"), "cannot set `prompt`"),
        (("--what-if", "hour=nan"), "a number was expected, found `nan`"),
        (("--what-if", "hour"), "`--what-if` takes name=value, found `hour`"),
        (("--what-if", "hour=noon"), "a number was expected, found `noon`"),
        (("--what-if", "task=sing"), "`task` is one of query, code"),
        (("--at", "tomorrow"), "`--at` takes a date and time"),
        (("--at", "25:00"), "`--at` takes a date and time"),
        (("--pressure", "anthropic"), "`--pressure` takes name=value"),
        (("--pressure", "anthropic=much"), "`--pressure` takes a percentage"),
        (("--spend", "total=nan"), "`--spend` takes an amount"),
        (("--spend", "total=ten"), "`--spend` takes an amount"),
        (("--quota", "claude.weekly=inf"), "`--quota` takes a percentage"),
        (("--last-route", "code"), "`code` is no route such as code/moderate"),
        (("--task", "sing"), "invalid choice: 'sing'"),
        (("--turn", "two"), "invalid int value: 'two'"),
        (("--nonsense",), "unrecognized arguments: --nonsense"),
    ],
)  # fmt: skip
def test_wrong_option_is_wrong_usage_with_what_would_do(
    shell: Shell, words: tuple[str, ...], said: str
) -> None:
    ran = shell.run(*HARD, *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err and "Traceback" not in ran.err


def test_at_sets_hour_weekday_and_date(shell: Shell) -> None:
    shell.rules(
        "rule a tag late when hour in 22..5\nrule b tag sunday when weekday is sun\n"
        "rule c tag old when date < 2026-01-01\n"
    )
    tags = {
        at: shell.run(*HARD, "--at", at, "--json").plain["trace"]["tags"]
        for at in ("2026-03-08T23:00", "2026-03-08T12:00", "2025-12-30T05:59", "05:00")
    }
    assert tags["2026-03-08T23:00"] == ["late", "sunday"]
    assert tags["2026-03-08T12:00"] == ["sunday"]
    assert tags["2025-12-30T05:59"] == ["late", "old"]
    assert "late" in tags["05:00"]


@pytest.mark.parametrize("spelled", ["90%", "0.9", "85%"])
def test_pressure_takes_percent_and_fraction(shell: Shell, spelled: str) -> None:
    plain = shell.run(*HARD, "--pressure", f"anthropic={spelled}", "--json").plain
    assert plain["complexity"] == "moderate"


def test_spend_without_a_period_is_the_days(shell: Shell) -> None:
    shell.rules(
        "rule a tag day when spend(task code) > $5\nrule b tag month when spend(total) > $100/month\n"
        "rule c tag session when spend(session) > $1\n"
    )
    given = ("--spend", "task code=$6", "--spend", "total=101/month", "--spend", "session=2")
    assert shell.run(*HARD, *given, "--json").plain["trace"]["tags"] == ["day", "month", "session"]
    assert shell.run(*HARD, "--spend", "task code=6/day", "--json").plain["trace"]["tags"] == ["day"]


def test_prompt_comes_from_standard_input_for_a_dash(shell: Shell) -> None:
    shell.rules('rule a tag seen when prompt contains "naïve"\n')
    typed = shell.run("test", "a naïve fix", "--task", "code", "--complexity", "simple", "--json").plain
    piped = shell.run(
        "test", "-", "--task", "code", "--complexity", "simple", "--json", stdin="a naïve fix"
    ).plain
    assert piped["trace"]["tags"] == ["seen"] and piped == typed


def test_policy_folder_stands_in_for_the_repositorys(shell: Shell) -> None:
    shell.write("other/.llm-router/x.rules", "rule pinned route to openai/gpt-6-luna\n")
    ran = shell.run(*HARD, "--policy", str(shell.root / "other"), "--json")
    assert ran.plain["chain"] == ["openai/gpt-6-luna"] and "cap:image-cap" not in ran.plain["rules"]


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_policy_that_is_no_folder_is_said(shell: Shell, name: str) -> None:
    shell.write("file", "")
    ran = shell.run(*HARD, "--policy", str(shell.root / name))
    assert ran.code in (1, 2) and ran.out == ""
    assert name in ran.err and "Traceback" not in ran.err


def test_an_agent_that_is_not_installed_and_a_missing_key_are_told_and_then_not(shell: Shell) -> None:
    shell.rules("rule here\n  route to codex/gpt-6.1-terra then openai/gpt-6-luna\n")
    told = shell.run("test", "fix the race in the ledger").out
    assert "no program of codex is on the path: a call would pass over its models" in told
    assert "no key is set here for openai: a call would pass over their models" in told
    program = shell.write("bin/codex", "#!/bin/sh\n")
    program.chmod(0o755)
    shell.patch.setenv("CODEX_PATH", str(program))
    shell.patch.setenv("OPENAI_API_KEY", "sk-for-a-test")
    trace = json.loads(shell.run("test", "fix the race in the ledger", "--json").out)["trace"]
    assert (trace["without_key"], trace["not_installed"]) == ([], [])
