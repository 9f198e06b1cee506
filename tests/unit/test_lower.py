"""Comparisons as plain conditions: each operator of each kind, asked of values at and around its constant."""

from datetime import date
from typing import Any

import pytest

from router.decide.kleene import evaluate
from router.engine.gather import bucket_of
from router.facts.keys import fact_key
from router.policy.compile.compile import bucket_offset
from router.policy.compile.lower import Lowering, lower_compare, rule_condition
from router.policy.nodes import Compare, Effect, FactRef, Rule
from tests.policies import HERE, value, word


def plain(fact: str, operator: Any, *values: Any, argument: str | None = None) -> Any:
    return lower_compare(Compare(FactRef(fact, argument, HERE), operator, values, HERE))


def words(*texts: str) -> list[Any]:
    return [value("word", text) for text in texts]


def texts(*given: str) -> list[Any]:
    return [value("text", text) for text in given]


def numbers(*given: float) -> list[Any]:
    return [value("number", number) for number in given]


def dates(*given: str) -> list[Any]:
    return [value("date", date.fromisoformat(day)) for day in given]


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


CASES: list[tuple[str, Any, list[Any], list[Any], list[Any]]] = [
    ("task", "is", words("code"), ["code"], ["query", "cod", ""]),
    ("task", "is not", words("code"), ["query"], ["code"]),
    ("task", "in", words("code", "image"), ["code", "image"], ["query"]),
    ("task", "not in", words("code", "image"), ["query"], ["code", "image"]),
    ("task", "like", texts("*e*"), ["code", "query", "generate", "research", "image", "video"], ["analyz", "audio"]),
    ("complexity", "<", words("complex"), ["simple", "moderate"], ["complex", "deep"]),
    ("complexity", "<=", words("complex"), ["simple", "moderate", "complex"], ["deep"]),
    ("complexity", ">", words("complex"), ["deep"], ["simple", "moderate", "complex"]),
    ("complexity", ">=", words("moderate"), ["moderate", "complex", "deep"], ["simple"]),
    ("complexity", "<", words("simple"), [], ["simple", "moderate", "complex", "deep"]),
    ("branch", "is", texts("main"), ["main"], ["Main", "main "]),
    ("branch", "like", texts("release/*"), ["release/1", "release/1/2"], ["release", "xrelease/1"]),
    ("weekday", "in", words("sat", "sun"), ["sat", "sun"], ["mon"]),
    ("group", "is", texts("core"), [("core",), ("a", "core")], [("cor",), ()]),
    ("group", "is not", texts("core"), [("web",), ()], [("core",), ("web", "core")]),
    ("group", "in", texts("core", "web"), [("web",)], [("x",)]),
    ("group", "like", texts("c*"), [("core",), ("x", "c")], [("x",), ()]),
    ("path", "under", texts("src/pay"), [("src/pay/a",), ("src/pay",), ("x", "src/pay/a/b")], [("src/payments/a",), ("src",), ()]),
    ("path", "under", texts("./src/"), [("src/a",)], [("lib/src/a",)]),
    ("path", "under", texts(""), [("anything",)], [()]),
    ("path", "like", texts("*.sql"), [("a/b.sql",)], [("a.sqlx",)]),
    ("path", "is", texts("./a/b.py"), [("a/b.py",)], [("b.py",), ("a/b.pyc",)]),
    ("path", "is not", texts("a.py"), [("b.py",), ()], [("a.py",), ("b.py", "a.py")]),
    ("prompt", "contains", texts("schema  Migration"), ["a SCHEMA migration!"], ["schemamigration"]),
    ("prompt", "contains any", texts("a", "b"), ["x b", "a"], ["ab", ""]),
    ("prompt", "contains all", texts("a", "b"), ["b, a"], ["a", "b", "ab"]),
    ("prompt", "matches", [value("regex", r"\d{3}")], ["x123y"], ["12"]),
    ("hour", "<", numbers(6), [0, 5], [6, 23]),
    ("hour", "<=", numbers(6), [0, 6], [7]),
    ("hour", ">", numbers(6), [7], [6]),
    ("hour", ">=", numbers(6), [6], [5]),
    ("hour", "is", numbers(6), [6, 6.0], [5, 7]),
    ("hour", "is not", numbers(6), [5], [6]),
    ("hour", "in", numbers(6, 8), [6, 8], [7]),
    ("hour", "not in", numbers(6, 8), [7], [6, 8]),
    ("hour", "in range", numbers(9, 17), [9, 12, 17], [8, 18]),
    ("hour", "in range", numbers(20, 6), [20, 23, 0, 6], [7, 19]),
    ("hour", "in range", numbers(5, 5), [5], [4, 6]),
    ("date", "<", dates("2026-12-31"), [day("2026-12-30")], [day("2026-12-31")]),
    ("date", "in range", dates("2026-01-01", "2026-01-31"), [day("2026-01-01"), day("2026-01-31")], [day("2026-02-01")]),
    ("confidence", ">=", [value("percent", 0.85)], [0.85, 1.0], [0.84999]),
    ("cost", ">", [value("money", 0.5)], [0.51], [0.5, 0.0]),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "operator", "values", "true", "false"), CASES)
def test_operator(fact: str, operator: Any, values: list[Any], true: list[Any], false: list[Any]) -> None:
    condition = plain(fact, operator, *values)
    assert [evaluate(condition, {fact: known}) for known in true] == [True] * len(true)
    assert [evaluate(condition, {fact: known}) for known in false] == [False] * len(false)
    assert evaluate(condition, {}) is None


@pytest.mark.parametrize(
    ("argument", "period", "key"),
    [
        ("total", None, "spend(total)/day"),
        ("total", "month", "spend(total)/month"),
        ("task code", "day", "spend(task code)/day"),
        ("session", None, "spend(session)"),
        ("provider openai", None, "spend(provider openai)/day"),
    ],
)
def test_spend_is_asked_by_its_scope_and_period(argument: str, period: str | None, key: str) -> None:
    condition = plain("spend", ">", value("money", 2.0, period), argument=argument)
    assert evaluate(condition, {key: 2.5}) is True and evaluate(condition, {key: 2.0}) is False
    assert fact_key("spend", argument, period) == key


def whole(**clauses: Any) -> Any:
    rule = Rule(word("r"), (Effect("tag", HERE, words=(word("x"),)),), HERE, **clauses)
    return rule_condition(rule, Lowering({}), bucket_offset("r"))


def code() -> Compare:
    return Compare(FactRef("task", None, HERE), "is", (value("word", "code"),), HERE)


def test_rule_without_clauses_always_holds() -> None:
    assert evaluate(whole(), {}) is True


def test_unless_takes_away() -> None:
    condition = whole(unless=code())
    assert [evaluate(condition, facts) for facts in ({"task": "code"}, {"task": "query"}, {})] == [
        False,
        True,
        None,
    ]


def test_until_includes_its_day() -> None:
    condition = whole(until=value("date", date(2026, 12, 31)))
    days = [{"date": day("2026-12-31")}, {"date": day("2027-01-01")}, {}]
    assert [evaluate(condition, facts) for facts in days] == [True, False, None]


@pytest.mark.parametrize("share", [0.0, 0.0001, 0.01, 0.1, 0.25, 0.5, 0.9, 0.9999, 1.0])
def test_rollout_takes_exactly_its_share_of_buckets(share: float) -> None:
    condition = whole(rollout=value("percent", share))
    taken = sum(evaluate(condition, {"bucket": bucket}) is True for bucket in range(10_000))
    assert taken == round(share * 10_000)
    assert evaluate(condition, {}) is None


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_rollout_takes_about_its_share_of_sessions_and_keeps_them(share: float) -> None:
    condition = whole(rollout=value("percent", share))
    larger = whole(rollout=value("percent", share + 0.2))
    buckets = [bucket_of(f"session-{number}") for number in range(10_000)]
    taken = [bucket for bucket in buckets if evaluate(condition, {"bucket": bucket}) is True]
    # Four standard deviations of a binomial of 10,000.
    assert abs(len(taken) / 10_000 - share) < 4 * (share * (1 - share) / 10_000) ** 0.5
    assert all(evaluate(larger, {"bucket": bucket}) is True for bucket in taken)


def test_rules_with_equal_shares_take_different_sessions() -> None:
    offsets = {bucket_offset(f"rule-{number}") for number in range(20)}
    assert len(offsets) == 20 and all(0 <= offset < 10_000 for offset in offsets)
