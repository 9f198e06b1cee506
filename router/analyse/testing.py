"""Runs a policy's own `test` blocks: what was expected, what came, and the first condition that made a rule lose."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from router.analyse.expect import VALUED, find, is_met
from router.analyse.explain import lost_by
from router.decide.decide import Classify, Decider
from router.decide.judged import unjudged
from router.decide.strain import with_strain
from router.facts import find_fact
from router.facts.keys import fact_key
from router.facts.prompt_tokens import token_estimate
from router.model.decision import Decision, Facts
from router.policy.nodes import Expect, Given, Layer, TestBlock, Value

Outcome = Literal["passed", "failed", "todo", "todo passes"]


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that was not met."""

    expected: str
    came: str
    won: str | None
    wanted: str | None
    reason: str | None
    line: int


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of one test."""

    name: str
    file: str
    line: int
    outcome: Outcome
    unmet: tuple[Unmet, ...]
    facts: Facts
    decision: Decision

    def to_plain(self) -> dict[str, Any]:
        return {
            "name": self.name, "file": self.file, "line": self.line, "outcome": self.outcome,
            "unmet": [asdict(one) for one in self.unmet],
        }  # fmt: skip


def run_tests(
    layers: Iterable[Layer], decider: Decider, judge: "JudgeText", pattern: str | None = None
) -> tuple[TestResult, ...]:
    """The results of all tests whose name holds `pattern`; a test's prompt is judged by `judge` where it must be."""
    results = []
    for block in (test for layer in layers for file in layer.files for test in file.tests):
        if pattern is None or pattern.casefold() in str(block.name.value).casefold():
            results.append(run_test(block, decider, judge))
    return tuple(results)


class JudgeText:
    """How a test's prompt is judged; `classify` gives the classifier for a prompt's text."""

    def classify(self, prompt: str) -> Classify:
        raise NotImplementedError


def run_test(block: TestBlock, decider: Decider, judge: JudgeText) -> TestResult:
    """One test: facts that are not given are unknown, so without a prompt there is nothing to judge."""
    facts = facts_of(block.given)
    decision = decider.decide(facts, judge.classify(facts["prompt"]) if "prompt" in facts else unjudged)
    unmet = tuple(found for expect in block.expect for found in _unmet(expect, decider, facts, decision))
    outcome: Outcome = "failed" if unmet else "passed"
    if block.todo:
        outcome = "todo" if unmet else "todo passes"
    span = block.name.span
    return TestResult(str(block.name.value), span.file, span.line, outcome, unmet, facts, decision)


def facts_of(given: Sequence[Given]) -> dict[str, Any]:
    """Given values as facts by key, with what follows from them; several paths or groups add up."""
    facts: dict[str, Any] = {}
    for one in given:
        fact = find_fact(one.fact.name)
        if fact is None or not one.values:
            continue
        key = fact_key(one.fact.name, one.fact.argument, one.values[0].period)
        values = [_plain(value) for value in one.values]
        if fact.kind.name in ("paths", "names"):
            facts[key] = (*facts.get(key, ()), *values)
        else:
            facts[key] = values[0]
    if "prompt" in facts:
        facts.setdefault("prompt.tokens", token_estimate(facts["prompt"]))
    return with_strain(facts)


def _plain(value: Value) -> Any:
    return value.value.toordinal() if isinstance(value.value, date) else value.value


def _unmet(expect: Expect, decider: Decider, facts: Facts, decision: Decision) -> Iterator[Unmet]:
    found = find(expect, decider, decision)
    if is_met(expect, found):
        return
    expected = spelled(expect) + (f" by {expect.by.text}" if expect.by else "")
    won = ", ".join(found.causes) or None
    wanted = expect.words[0].text if expect.kind == "fired" else expect.by.text if expect.by else None
    should_have = wanted is not None and (expect.kind in VALUED or not expect.negated)
    reason = _reason(wanted, decider, facts, decision) if wanted and should_have else None
    yield Unmet(expected, found.came, won, wanted, reason, expect.span.line)


def _reason(rule: str, decider: Decider, facts: Facts, decision: Decision) -> str:
    """The first condition that kept a rule from firing, or what stood before it."""
    if rule not in decider.table.names:
        return f"there is no rule {rule}"
    return lost_by(decider, facts, decision, decider.table.names.index(rule))


def spelled(expect: Expect) -> str:
    """An expectation in words."""
    negated = "not " if expect.negated else ""
    words = " ".join(word.text for word in expect.words)
    targets = " then ".join(str(target) for target in expect.targets)
    limit = f" at ${expect.usd:.2f}/{expect.period}" if expect.usd is not None else ""
    kind = "route" if expect.kind == "chain" else expect.kind
    return " ".join(part for part in (f"{negated}{kind}", words, targets) if part) + limit


__all__ = ["JudgeText", "TestResult", "Unmet", "facts_of", "run_test", "run_tests"]
