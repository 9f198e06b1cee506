"""Our table behind the interface of an engine comparison: `load(rules) -> decide(request)`.

Rules and requests are dicts with task, complexity, provider, language, branch (equal), path (prefix), pressure
(at least) and hours (from, to); the answer is ("deny", id) of the first matching deny, else ("route", id) of the first
matching route, else None. `provider` is asked through the fact `tool`, and tasks outside the language through `agent`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from router.base.problems import Span
from router.decide.decide import Decider
from router.policy.compile.compile import compile_policy
from router.policy.nodes import (
    And,
    Compare,
    Condition,
    Effect,
    FactRef,
    Layer,
    PolicyFile,
    Rule,
    Target,
    Value,
    Word,
)
from router.table.rowsets import lowest
from router.table.table import Table

HERE = Span("bench.rules", 1, 1, 1, 1)
EQUAL = {
    "task": "agent",
    "complexity": "complexity",
    "provider": "tool",
    "language": "language",
    "branch": "branch",
}
EMPTY_CATALOGUE: dict[str, Any] = {}


def condition(rule: Mapping[str, Any]) -> Condition | None:
    """The rule's conditions as nodes of the language."""
    parts: list[Condition] = [
        Compare(FactRef(fact, None, HERE), "is", (Value("text", rule[key], HERE),), HERE)
        for key, fact in EQUAL.items()
        if key in rule
    ]
    if "path" in rule:
        parts.append(
            Compare(FactRef("path", None, HERE), "under", (Value("text", rule["path"], HERE),), HERE)
        )
    if "pressure" in rule:
        fact = FactRef("pressure", "anthropic", HERE)
        parts.append(Compare(fact, ">=", (Value("percent", rule["pressure"] / 100, HERE),), HERE))
    if "hours" in rule:
        low, high = rule["hours"]
        ends = (Value("number", float(low), HERE), Value("number", float(high - 1), HERE))
        parts.append(Compare(FactRef("hour", None, HERE), "in range", ends, HERE))
    return None if not parts else parts[0] if len(parts) == 1 else And(tuple(parts), HERE)


def layers(rules: Sequence[Mapping[str, Any]]) -> tuple[Layer, ...]:
    """The rules as one layer; each rule is named by its id."""
    nodes = tuple(
        Rule(
            Word(f"r{rule['id']}", HERE),
            (Effect(rule["effect"], HERE, targets=(Target("model", rule["model"], HERE),)),),
            HERE,
            when=condition(rule),
        )
        for rule in rules
    )
    return (Layer("repo", (PolicyFile("bench.rules", nodes),)),)


def facts(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request as facts of ours."""
    return {
        "agent": request["task"],
        "task": "code",
        "complexity": request["complexity"],
        "tool": request["provider"],
        "language": request["language"],
        "branch": request["branch"],
        "path": (request["path"],),
        "pressure(anthropic)": request["pressure"] / 100,
        "hour": request["hour"],
    }


def table(rules: Sequence[Mapping[str, Any]]) -> Table:
    """The compiled table of the rules."""
    data, problems = compile_policy(layers(rules), EMPTY_CATALOGUE, {}, "bench")
    assert data is not None, problems
    return Table.load(data)


def load(rules: Sequence[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], tuple[str, int] | None]:
    """What an engine comparison calls: the first matching deny, else route, by id."""
    compiled = table(rules)
    decider = Decider(compiled)
    deny, route = compiled.effects.get("deny", 0), compiled.effects.get("route", 0)
    ids = [rule["id"] for rule in rules]
    of_row = compiled.rule_of_row

    def decide(request: Mapping[str, Any]) -> tuple[str, int] | None:
        known = facts(request)
        rows = decider.matching(known)
        denied = rows & deny
        if denied:
            return "deny", ids[of_row(lowest(denied))]
        routed = rows & route
        return ("route", ids[of_row(lowest(routed))]) if routed else None

    return decide
