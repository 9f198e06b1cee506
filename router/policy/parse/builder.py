"""From the parser's tokens to nodes; one method a rule of the grammar."""

from collections.abc import Callable
from typing import Any

from lark import Token

from router.base.problems import Span, error
from router.policy.nodes import (
    Effect,
    Expect,
    Given,
    Let,
    Rule,
    Target,
    TestBlock,
    Value,
    Word,
)
from router.policy.parse.conditions import ConditionBuilder
from router.policy.parse.parts import Children


class Clause:
    """A clause on its way into a rule."""

    __slots__ = ("kind", "span", "value")

    def __init__(self, kind: str, value: Any, span: Span) -> None:
        self.kind = kind
        self.value = value
        self.span = span


class Header:
    """The `policy NAME version N` line."""

    __slots__ = ("name", "version")

    def __init__(self, name: Word, version: Value) -> None:
        self.name = name
        self.version = version


class Builder(ConditionBuilder):
    """Builds the nodes of one item."""

    # -- items ---------------------------------------------------------------------------------------------

    def header(self, c: Children) -> Header:
        return Header(self._word(c[0]), self._value_of(c[1]))

    def let(self, c: Children) -> Let:
        return Let(self._word(c[0]), c[1], self._from_start(c[1].span))

    def rule(self, c: Children) -> Rule:
        name = self._word(c[0])
        effects = tuple(part for part in c[1:] if isinstance(part, Effect))
        clauses = self._clauses(c[1:])
        return Rule(
            name=name,
            effects=effects,
            span=self._from_start(c[-1].span),
            when=clauses.get("when"),
            unless=clauses.get("unless"),
            because=clauses["because"][0] if "because" in clauses else None,
            because_span=clauses["because"][1] if "because" in clauses else None,
            over=clauses.get("over", ()),
            until=clauses.get("until"),
            rollout=clauses.get("rollout"),
            lock=clauses.get("lock"),
        )

    def _clauses(self, parts: Children) -> dict[str, Any]:
        found: dict[str, Any] = {}
        twice: dict[str, Clause] = {}
        for clause in parts:
            if isinstance(clause, Clause):
                if clause.kind in found:
                    twice.setdefault(clause.kind, clause)
                found.setdefault(clause.kind, clause.value)
        for kind, clause in twice.items():
            message = f"`{kind}` stands twice in one rule"
            self.problems.append(error("R110", message, clause.span, "join them, or delete one"))
        return found

    def test(self, c: Children) -> TestBlock:
        todo = getattr(c[0], "type", "") == "TODO"
        name = self._value_of(c[1] if todo else c[0])
        rest = c[2:] if todo else c[1:]
        given = tuple(part for part in rest if isinstance(part, Given))
        expect = tuple(one for part in rest if isinstance(part, list) for one in part)
        last = expect[-1].span if expect else given[-1].span if given else name.span
        return TestBlock(name, given, expect, self._from_start(last), todo)

    # -- effects -------------------------------------------------------------------------------------------

    def _effect(self, kind: Any, head: Token, last: Span, **fields: Any) -> Effect:
        start = self._span(head)
        span = start.to(last)
        return Effect(kind, span, **fields)

    def classify(self, c: Children) -> Effect:
        where = self._span(c[1])
        task, slash, complexity = str(c[1]).partition("/")
        words = [Word(task, Span(self.file, where.line, where.column, where.line, where.column + len(task)))]
        if slash:
            start = where.column + len(task) + 1
            words.append(Word(complexity, Span(self.file, where.line, start, where.line, where.end_column)))
        return self._effect("classify", c[0], where, words=tuple(words))

    def _with_targets(kind: str) -> Callable[["Builder", Children], Effect]:  # type: ignore[misc]
        def method(self: "Builder", c: Children) -> Effect:
            targets: tuple[Target, ...] = c[1]
            return self._effect(kind, c[0], targets[-1].span, targets=targets)

        return method

    deny = _with_targets("deny")
    allow = _with_targets("allow")
    prefer = _with_targets("prefer")
    avoid = _with_targets("avoid")
    route = _with_targets("route")

    def cap(self, c: Children) -> Effect:
        usd, period = self._limit(c[2])
        return self._effect("cap", c[0], self._span(c[2]), words=c[1], usd=usd, period=period)

    def refuse(self, c: Children) -> Effect:
        return self._effect("refuse", c[0], self._span(c[0]))

    def approve(self, c: Children) -> Effect:
        return self._effect("approve", c[0], self._span(c[1]))

    def _with_words(kind: str) -> Callable[["Builder", Children], Effect]:  # type: ignore[misc]
        def method(self: "Builder", c: Children) -> Effect:
            words = c[1] if isinstance(c[1], tuple) else tuple(self._word(token) for token in c[1:])
            return self._effect(kind, c[0], words[-1].span, words=words)

        return method

    redact = _with_words("redact")
    tag = _with_words("tag")
    compress = _with_words("compress")
    downgrade = _with_words("downgrade")
    mode = _with_words("mode")
    profile = _with_words("profile")

    # -- clauses -------------------------------------------------------------------------------------------

    def when(self, c: Children) -> Clause:
        return Clause("when", c[0], c[0].span)

    def unless(self, c: Children) -> Clause:
        return Clause("unless", c[0], c[0].span)

    def because(self, c: Children) -> Clause:
        value = self._value_of(c[0])
        return Clause("because", (value.value, value.span), value.span)

    def over(self, c: Children) -> Clause:
        return Clause("over", c[0], c[0][-1].span)

    def until(self, c: Children) -> Clause:
        value = self._value_of(c[0])
        return Clause("until", value, value.span)

    def rollout(self, c: Children) -> Clause:
        value = self._value_of(c[0])
        return Clause("rollout", value, value.span)

    def lock(self, c: Children) -> Clause:
        span = self._span(c[0])
        return Clause("lock", span, span)

    # -- tests ---------------------------------------------------------------------------------------------

    def given(self, c: Children) -> Given:
        if isinstance(c[0], Token):
            start = self._span(c[0])
            return Given(c[1], (), start.to(c[1].span))
        start, end = c[0].span, c[1].span
        return Given(c[0], (c[1],), start.to(end))

    def expect(self, c: Children) -> list[Expect]:
        return list(c)

    def expected(self, c: Children) -> Expect:
        negated = isinstance(c[0], Token) and c[0].type == "NOT"
        rest = c[1:] if negated else c
        by = self._word(rest[1]) if len(rest) > 1 else None
        kind, span, fields = rest[0]
        inner = bool(fields.pop("negated", False))
        if negated and inner:
            self.problems.append(error("R110", "`not` stands twice in one expectation", span, "delete one"))
        negated = negated or inner
        return Expect(kind, span, negated=negated, by=by, **fields)

    def want_word(self, c: Children) -> tuple[str, Span, dict[str, Any]]:
        return c[0].type.lower(), self._reach(c[0], c[-1]), {"words": (self._word(c[-1]),)}

    def want_flag(self, c: Children) -> tuple[str, Span, dict[str, Any]]:
        return c[0].type.lower(), self._span(c[0]), {}

    def want_target(self, c: Children) -> tuple[str, Span, dict[str, Any]]:
        target = self._target(*c[1])
        return c[0].type.lower(), self._reach(c[0], c[1][1]), {"targets": (target,)}

    def want_route(self, c: Children) -> tuple[str, Span, dict[str, Any]]:
        targets: tuple[Target, ...] = c[-1]
        start, end = self._span(c[0]), targets[-1].span
        span = start.to(end)
        return ("chain" if len(targets) > 1 else "route"), span, {"targets": targets, "negated": len(c) == 3}

    def want_words(self, c: Children) -> tuple[str, Span, dict[str, Any]]:
        return (
            c[0].type.lower(),
            self._reach(c[0], c[-1]),
            {"words": tuple(self._word(token) for token in c[1:])},
        )

    def want_cap(self, c: Children) -> tuple[str, Span, dict[str, Any]]:
        usd, period = self._limit(c[2])
        return "cap", self._reach(c[0], c[2]), {"words": c[1], "usd": usd, "period": period}
