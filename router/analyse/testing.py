"""Runs a policy's own `test` blocks: what was expected, what came, and the first condition that made a rule lose."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from router.analyse.explain import first_false, known_facts
from router.decide.decide import Classify, Decider
from router.decide.globs import target_covers
from router.decide.kleene import evaluate
from router.facts import find_fact
from router.facts.keys import fact_key
from router.model.decision import Decision, Facts
from router.policy.nodes import Expect, Given, Layer, TestBlock, Value
from router.policy.parse.printer import print_value

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
    """One test: facts that are not given are unknown."""
    facts = facts_of(block.given)
    decision = decider.decide(facts, judge.classify(str(facts.get("prompt", ""))))
    unmet = tuple(found for expect in block.expect for found in _unmet(expect, decider, facts, decision))
    outcome: Outcome = "failed" if unmet else "passed"
    if block.todo:
        outcome = "todo" if unmet else "todo passes"
    span = block.name.span
    return TestResult(str(block.name.value), span.file, span.line, outcome, unmet, facts, decision)


def facts_of(given: Sequence[Given]) -> dict[str, Any]:
    """Given values as facts by key; several paths or groups add up."""
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
        facts.setdefault("prompt.tokens", -(-len(facts["prompt"]) // 4))
    return facts


def _plain(value: Value) -> Any:
    return value.value.toordinal() if isinstance(value.value, date) else value.value


def _unmet(expect: Expect, decider: Decider, facts: Facts, decision: Decision) -> Iterator[Unmet]:
    held, came, effect = _compare(expect, decision)
    by = expect.by.text if expect.by else None
    causes = [rule for kind, rule in decision.rules if kind == effect]
    if held != expect.negated and (by is None or by in causes):
        return
    won = ", ".join(causes) or None
    reason = _reason(by, decider, facts, decision) if by else None
    expected = spelled(expect) + (f" by {by}" if by else "")
    yield Unmet(expected, came, won, by, reason, expect.span.line)


def _reason(rule: str, decider: Decider, facts: Facts, decision: Decision) -> str | None:
    table = decider.table
    if rule not in table.names:
        return f"there is no rule {rule}"
    failed = first_false(table.condition(table.names.index(rule)), known_facts(facts, decision))
    if failed is None:
        return "its condition holds, but a stronger rule decided"
    return f"{failed.asked}: seen {failed.seen or 'otherwise'}"


def _compare(expect: Expect, decision: Decision) -> tuple[bool, str, str]:
    """Whether it is as said (before negation), what came, and the kind of effect that causes it."""
    word = expect.words[0].text if expect.words else ""
    match expect.kind:
        case "task":
            return decision.task == word, decision.task or "unknown", "classify"
        case "complexity":
            effect = "classify" if decision.complexity == decision.asked_complexity else "downgrade"
            return decision.complexity == word, decision.complexity or "unknown", effect
        case "tier" | "mode" | "profile":
            value = getattr(decision, expect.kind)
            return value == word, value, expect.kind if expect.kind != "tier" else "route"
        case "refused":
            return bool(decision.refusals), "refused" if decision.refusals else "not refused", "refuse"
        case "approval":
            return (
                bool(decision.approvals),
                "approval required" if decision.approvals else "no approval",
                "approve",
            )
        case "nothing":
            return not decision.chain, _chain(decision), "route"
        case "fired":
            rules = [rule for _, rule in decision.rules]
            return word in rules, f"fired: {', '.join(rules) or 'none'}", "fired"
        case "redact" | "tag" | "compress":
            values = getattr(decision, {"tag": "tags"}.get(expect.kind, expect.kind))
            wanted = " ".join(w.text for w in expect.words)
            return wanted in values, ", ".join(values) or "none", expect.kind
        case "downgrade":
            lowered = decision.complexity != decision.asked_complexity and decision.complexity == word
            return lowered, decision.complexity or "unknown", "downgrade"
    return _compare_models(expect, decision)


def _compare_models(expect: Expect, decision: Decision) -> tuple[bool, str, str]:
    match expect.kind:
        case "route":
            target = expect.targets[0]
            first = decision.chain[0] if decision.chain else ""
            return target_covers(target.kind, target.text, first), first or "nothing", "route"
        case "chain":
            wanted = [target.text for target in expect.targets]
            return list(decision.chain) == wanted, _chain(decision), "route"
        case "cap":
            scope = tuple(word.text for word in expect.words)
            found = [cap for cap in decision.caps if cap.scope == scope and cap.period == expect.period]
            return (
                any(cap.usd == expect.usd for cap in found),
                ", ".join(f"${c.usd:.2f}" for c in found) or "no cap",
                "cap",
            )
    denied = any(_denies(decision, target.kind, target.text) for target in expect.targets)
    came = f"denied: {', '.join(decision.denied) or 'none'}"
    return denied == (expect.kind == "denied"), came, "deny"


def _denies(decision: Decision, kind: str, text: str) -> bool:
    """Whether a target may not be used: denied by name or as part of something denied, or left out of what is allowed."""
    probe = f"{text}/*" if kind == "provider" else text
    for denial in decision.denials:
        covered = any(
            (other == kind and word == text) or target_covers(other, word, probe)
            for other, word in denial.targets
        )
        if covered == (denial.effect == "deny"):
            return True
    return False


def _chain(decision: Decision) -> str:
    return " then ".join(decision.chain) or "nothing"


def spelled(expect: Expect) -> str:
    """An expectation in words."""
    negated = "not " if expect.negated else ""
    words = " ".join(word.text for word in expect.words)
    targets = " then ".join(str(target) for target in expect.targets)
    limit = f" at ${expect.usd:.2f}/{expect.period}" if expect.usd is not None else ""
    kind = "route" if expect.kind == "chain" else expect.kind
    return " ".join(part for part in (f"{negated}{kind}", words, targets) if part) + limit


def given_text(block: TestBlock) -> str:
    """What a test gives, in words."""
    return ", ".join(
        f"{g.fact.key} {' '.join(print_value(v) for v in g.values) or 'unknown'}" for g in block.given
    )


def truths(decider: Decider, results: Iterable[TestResult]) -> Iterator[tuple[TestResult, dict[str, Any]]]:
    """Each result with the facts as its decision saw them at the end."""
    for result in results:
        yield result, known_facts(result.facts, result.decision)


__all__ = ["JudgeText", "TestResult", "Unmet", "evaluate", "facts_of", "run_test", "run_tests"]
