"""Traces as they are read, of one policy and several requests."""

from collections.abc import Iterator
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from router.analyse.explain import explain, what_if, why_not
from router.analyse.render import render
from router.model.decision import Facts, Judgement
from tests.analyse.world import decider_of, layer

ORG = """
rule governed
  mode enforce
  when repo like "acme/*"
  because "the organisation's repositories are governed"
  lock
rule contracted
  deny provider deepseek, xai
  when path under "src/pay/"
  because "cardholder code stays with contracted providers"
"""
REPO = """
rule local
  route to ollama/qwen3.5:latest then @budget
  when task is code and complexity is simple
rule secret
  route to ollama/qwen3.5:latest
  redact secrets
  when prompt matches r"BEGIN (RSA|EC)" or prompt contains "aws_secret"
rule grok
  route to xai
  when task is code and complexity >= complex
rule trial
  prefer openai
  when task in (query, analyze)
  rollout 50% of sessions
rule hot
  downgrade to moderate
  when pressure(anthropic) >= 85%
rule try-out
  mode shadow
  when branch is "try"
rule dear
  require approval
  when cost > $0.01
rule broke
  refuse
  when known spend(total) and spend(total) > $20.00/day
  because "the day's budget is spent"
rule limit
  cap total at $20.00/day
"""
BUILT_IN = """
rule by-tier
  route to @tier
"""
DECIDER = decider_of(layer(ORG, "org"), layer(REPO), layer(BUILT_IN, "built-in"))
JUDGED = Judgement(
    "code", "complex", "premium", 0.71, 0.62, False, "classifier",
    tasks=(("code", 0.71), ("analyze", 0.2), ("query", 0.09)), complexities=(("complex", 0.62), ("moderate", 0.38)),
)  # fmt: skip
CALM: dict[str, Any] = {
    "path": ("src/tool.py",), "repo": "acme/pay", "branch": "main", "prompt": "fix the race in the ledger",
    "prompt.tokens": 7, "pressure(anthropic)": 0.1, "spend(total)/day": 1.0, "bucket": 1,
}  # fmt: skip
REQUESTS: dict[str, Facts] = {
    "a simple task, pinned": {**CALM, "task": "code", "complexity": "simple"},
    "a task that the classifier judged": CALM,
    "a denied provider, so the next route": {**CALM, "path": ("src/pay/ledger.py", "README.md")},
    "no path was sent": {key: value for key, value in CALM.items() if key not in ("path", "branch")},
    "a downgrade": {**CALM, "pressure(anthropic)": 0.9},
    "refused": {**CALM, "spend(total)/day": 21.5},
    "only one provider has a key": {
        **CALM,
        "task": "code",
        "complexity": "moderate",
        "configured": frozenset({"mistral"}),
    },
    "nothing may answer": {**CALM, "configured": frozenset()},
    "a secret in the prompt": {**CALM, "prompt": "-----BEGIN RSA PRIVATE KEY----- MIIE", "branch": "try"},
    "hostile names": {**CALM, "branch": "\x1b[31mmain\n\u202egnp", "repo": "acme/\x07"},
}


def traced(facts: Facts) -> str:
    decision = DECIDER.decide(facts, lambda _: JUDGED)
    return render(explain(DECIDER, facts, decision), colour=False)


@pytest.mark.parametrize("name", REQUESTS)
def test_trace(name: str, snapshot: SnapshotAssertion) -> None:
    assert traced(REQUESTS[name]) == snapshot


@pytest.mark.parametrize("name", REQUESTS)
def test_trace_of_a_usual_prompt_fits_on_a_screen(name: str) -> None:
    lines = traced(REQUESTS[name]).splitlines()
    assert 10 <= len(lines) <= 42
    assert max(map(len, lines)) <= 120


def test_colour_only_marks_the_headline() -> None:
    facts = REQUESTS["a simple task, pinned"]
    trace = explain(DECIDER, facts, DECIDER.decide(facts))
    plain, coloured = render(trace, False).split("\n", 1), render(trace, True).split("\n", 1)
    assert coloured == [f"\x1b[1m{plain[0]}\x1b[0m", plain[1]]


def test_trace_as_plain_data(snapshot: SnapshotAssertion) -> None:
    facts = REQUESTS["a denied provider, so the next route"]
    assert explain(DECIDER, facts, DECIDER.decide(facts, lambda _: JUDGED)).to_plain() == snapshot


def test_restriction_sees_the_complexity_that_was_judged_for_a_given_task() -> None:
    decider = decider_of(layer("rule deep\n  refuse\n  when complexity is deep\n"))
    facts = {"task": "code", "prompt": "x"}
    decision = decider.decide(facts, lambda _: JUDGED)
    assert (decision.complexity, decision.refusals) == ("complex", ())
    assert explain(decider, facts, decision).rules == ()


def test_refused_request_shows_the_cost_that_was_seen() -> None:
    decider = decider_of(
        layer("rule dear\n  refuse\n  when cost > $0.01\nrule all\n  route to anthropic/claude-opus-5\n")
    )
    facts = {"task": "code", "complexity": "complex", "prompt.tokens": 1000}
    trace = explain(decider, facts, decider.decide(facts))
    [dear] = [rule for rule in trace.rules if rule.rule == "dear"]
    assert (dear.unknown, dear.asked[0].seen, dear.outcome) == ((), "$0.07", "refuse: in force")


@pytest.mark.parametrize(
    ("rule", "facts", "said"),
    [
        ("local", CALM, "why not local: `complexity is simple` is not true: seen complex"),
        ("grok", CALM, "why not grok: its condition holds; route: in force"),
        ("by-tier", CALM, "why not by-tier: its condition holds; route: grok stands before it"),
        ("grok", REQUESTS["a denied provider, so the next route"],
         "why not grok: its condition holds; route: none of its models may be used"),
        ("contracted", REQUESTS["no path was sent"], "why not contracted: its condition is unknown (path); deny: in force"),
        ("try-out", REQUESTS["no path was sent"], 'why not try-out: `branch is try` is unknown: seen unknown'),
        ("try-out", REQUESTS["a secret in the prompt"], "why not try-out: its condition holds; mode: governed stands before it"),
        ("secret", CALM, 'why not secret: `prompt matches r"BEGIN (RSA|EC)"` is not true: seen no match (26 characters)'),
        ("grok", REQUESTS["a downgrade"], "why not grok: `complexity in (complex, deep)` is not true: seen moderate"),
        ("grok", REQUESTS["refused"], "why not grok: its condition holds; route: not taken, the request is refused"),
        ("broke", CALM, "why not broke: `spend(total)/day > $20.00` is not true: seen $1.00"),
        ("trial", {**CALM, "task": "query", "bucket": None}, "why not trial: `the session is in the roll-out` is unknown: seen unknown"),
    ],
)  # fmt: skip
def test_why_not(rule: str, facts: Facts, said: str) -> None:
    assert why_not(DECIDER, facts, DECIDER.decide(facts, lambda _: JUDGED), rule).text() == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"branch": "dev"}, ["what if branch = dev: nothing changes"]),
        ({"spend(total)/day": 30.0},
         ["what if spend(total)/day = 30.0:", "  outcome: route -> refused", "  chain: xai/grok-4.7 -> none", "  refusals: none -> broke"]),
        ({"path": ("src/pay/a.py",)},
         ["what if path = src/pay/a.py:", "  chain: xai/grok-4.7 -> anthropic/claude-opus-5, openai/gpt-5.6", "  denied: none -> deepseek, xai"]),
        ({"prompt": "hunter2 aws_secret", "repo": None},
         ["what if prompt = a text of 18 characters, repo = unknown:", "  mode: enforce -> suggest",
          "  chain: xai/grok-4.7 -> ollama/qwen3.5:latest", "  approvals: dear -> none", "  redact: none -> secrets"]),
    ],
)  # fmt: skip
def test_what_if(changes: dict[str, Any], said: list[str]) -> None:
    assert what_if(DECIDER, CALM, changes, lambda _: JUDGED).text().split("\n") == said


def test_what_if_names_caps_in_words() -> None:
    decider = decider_of(layer('rule c\n  cap task code at $2.00/day\n  when user is "ada"\n'))
    answer = what_if(decider, {"user": "bob"}, {"user": "ada"})
    assert answer.differences == (("caps", "none", "task code $2.00/day"),)


class CountedRules(tuple[tuple[str, str], ...]):
    """The rules in force, which count how often they are gone through."""

    gone_through = 0

    def __iter__(self) -> Iterator[tuple[str, str]]:
        CountedRules.gone_through += 1
        return super().__iter__()

    def __contains__(self, wanted: object) -> bool:
        CountedRules.gone_through += 1
        return super().__contains__(wanted)

    def __reversed__(self) -> Iterator[tuple[str, str]]:
        CountedRules.gone_through += 1
        return iter(self[::-1])


def test_many_rules_in_force_are_not_gone_through_for_each() -> None:
    decider = decider_of(layer("".join(f"rule r{at}\n  tag t{at}\n" for at in range(60))))
    decision = decider.decide({"task": "code", "complexity": "simple"})
    counted = decision._replace(rules=CountedRules(decision.rules))
    assert len(explain(decider, {}, counted).rules) == 60
    assert 0 < CountedRules.gone_through < 10
