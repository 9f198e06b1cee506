"""From the parser's tokens to nodes; one method a rule of the grammar."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from lark import Token, Transformer

from router.base.problems import Problem, Span, error
from router.policy.nodes import (
    And,
    Compare,
    Condition,
    Effect,
    Expect,
    FactRef,
    Given,
    Known,
    Let,
    LetRef,
    Not,
    Or,
    Rule,
    Target,
    TestBlock,
    Value,
    Word,
)
from router.policy.parse.strings import unescape

Children = list[Any]
_PERIODS = ("call", "session", "day", "month")


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


class Builder(Transformer[Token, Any]):
    """Builds the nodes of one item; `file` and `lines` (added to every line) are set before each parse."""

    def __init__(self) -> None:
        super().__init__(visit_tokens=False)
        self.file = ""
        self.lines = 0
        self.problems: list[Problem] = []

    def _span(self, token: Token) -> Span:
        line = (token.line or 1) + self.lines
        end = (token.end_line or 1) + self.lines
        return Span(self.file, line, token.column or 1, end, token.end_column or 1)

    def _word(self, token: Token) -> Word:
        return Word(str(token), self._span(token))

    def _from_start(self, last: Span) -> Span:
        return Span(self.file, 1 + self.lines, 1, last.end_line, last.end_column)

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
        span = Span(self.file, start.line, start.column, last.end_line, last.end_column)
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

    def _limit(self, token: Token) -> tuple[float, Any]:
        value = self._value_of(token)
        if value.period is None:
            self.problems.append(
                error(
                    "R104",
                    f"`{token}` needs a period",
                    value.span,
                    f"write `{token}/day`, or /call, /session, /month",
                )
            )
        return float(value.value), value.period or "day"  # type: ignore[arg-type]

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

    def names(self, c: Children) -> tuple[Word, ...]:
        return tuple(self._word(token) for token in c)

    scope = names

    def targets(self, c: Children) -> tuple[Target, ...]:
        """In a list a leading `provider` or `model` holds for the names after it too."""
        found: list[Target] = []
        word = None
        for said, token in c:
            word = said or word
            found.append(self._target(word, token))
        return tuple(found)

    def chain(self, c: Children) -> tuple[Target, ...]:
        return tuple(self._target(word, token) for word, token in c)

    def target(self, c: Children) -> tuple[str | None, Token]:
        return (str(c[0]), c[1]) if len(c) == 2 else (None, c[0])

    def _target(self, word: str | None, token: Token) -> Target:
        span = self._span(token)
        text = unescape(str(token)[1:-1]) if token.type == "STRING" else str(token)
        if token.type == "CHAIN":
            return Target("chain", text[1:], span)
        if "*" in text or "?" in text:
            return Target("pattern", text, span)
        if "/" in text:
            return Target("model", text, span)
        return Target("model" if word == "model" else "provider", text, span)

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

    # -- conditions ----------------------------------------------------------------------------------------

    def _joined(self, c: Children) -> tuple[tuple[Condition, ...], Span]:
        first, last = c[0].span, c[-1].span
        return tuple(c), Span(self.file, first.line, first.column, last.end_line, last.end_column)

    def or_(self, c: Children) -> Or:
        return Or(*self._joined(c))

    def and_(self, c: Children) -> And:
        return And(*self._joined(c))

    def not_(self, c: Children) -> Not:
        start, inner = self._span(c[0]), c[1].span
        return Not(c[1], Span(self.file, start.line, start.column, inner.end_line, inner.end_column))

    def group(self, c: Children) -> Condition:
        inner: Condition = c[1]
        return inner

    def known(self, c: Children) -> Known:
        start, fact = self._span(c[0]), c[1]
        return Known(
            fact, Span(self.file, start.line, start.column, fact.span.end_line, fact.span.end_column)
        )

    def reference(self, c: Children) -> LetRef:
        return LetRef(str(c[0]), self._span(c[0]))

    def fact(self, c: Children) -> FactRef:
        start = self._span(c[0])
        if len(c) == 1:
            return FactRef(str(c[0]), None, start)
        end = self._span(c[-1])
        argument = " ".join(str(token) for token in c[2:-1])
        return FactRef(
            str(c[0]), argument, Span(self.file, start.line, start.column, end.end_line, end.end_column)
        )

    def _compare(self, fact: FactRef, operator: Any, values: tuple[Value, ...]) -> Compare:
        start, last = fact.span, values[-1].span
        return Compare(
            fact, operator, values, Span(self.file, start.line, start.column, last.end_line, last.end_column)
        )

    def _operator(name: str) -> Callable[["Builder", Children], Compare]:  # type: ignore[misc]
        def method(self: "Builder", c: Children) -> Compare:
            values = c[1] if isinstance(c[1], tuple) else tuple(c[1:])
            return self._compare(c[0], name, values)

        return method

    is_ = _operator("is")
    is_not = _operator("is not")
    in_ = _operator("in")
    not_in = _operator("not in")
    in_range = _operator("in range")
    like = _operator("like")
    under = _operator("under")
    matches = _operator("matches")

    def contains(self, c: Children) -> Compare:
        word = f" {c[1]}" if isinstance(c[1], Token) else ""
        values = c[-1] if isinstance(c[-1], tuple) else (c[-1],)
        return self._compare(
            c[0], "contains any" if not word and len(values) > 1 else f"contains{word}", values
        )

    def order(self, c: Children) -> Compare:
        return self._compare(c[0], str(c[1]), (c[2],))

    def values(self, c: Children) -> tuple[Value, ...]:
        return tuple(c[1:-1])

    def value(self, c: Children) -> Value:
        return self._value_of(c[0])

    def _value_of(self, token: Token) -> Value:
        text, span = str(token), self._span(token)
        match token.type:
            case "NAME":
                return Value("word", text, span)
            case "STRING":
                return Value("text", unescape(text[1:-1]), span)
            case "REGEX":
                return Value("regex", text[2:-1], span)
            case "PERCENT":
                return Value("percent", self._number(str(Decimal(text[:-1]) / 100), span), span)
            case "MONEY":
                return self._money(text, span)
            case "DATE":
                return self._date(text, span)
        return Value("number", self._number(text, span), span)

    def _number(self, text: str, span: Span) -> float:
        number = float(text.replace("_", ""))
        if isfinite(number):
            return number
        self.problems.append(error("R113", "the number is too large to be counted with", span))
        return 0.0

    def _money(self, text: str, span: Span) -> Value:
        amount, _, period = text[1:].partition("/")
        if period and period not in _PERIODS:
            self.problems.append(
                error("R105", f"`{period}` is no period", span, "periods are call, session, day and month")
            )
            period = "day"
        return Value("money", self._number(amount, span), span, period or None)  # type: ignore[arg-type]

    def _date(self, text: str, span: Span) -> Value:
        try:
            return Value("date", date.fromisoformat(text), span)
        except ValueError:
            self.problems.append(error("R106", f"`{text}` is no day of the calendar", span))
            return Value("date", date.max, span)

    # -- tests ---------------------------------------------------------------------------------------------

    def given(self, c: Children) -> Given:
        if isinstance(c[0], Token):
            start = self._span(c[0])
            return Given(
                c[1], (), Span(self.file, start.line, start.column, c[1].span.end_line, c[1].span.end_column)
            )
        start, end = c[0].span, c[1].span
        return Given(c[0], (c[1],), Span(self.file, start.line, start.column, end.end_line, end.end_column))

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
        span = Span(self.file, start.line, start.column, end.end_line, end.end_column)
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

    def _reach(self, first: Token, last: Token) -> Span:
        start, end = self._span(first), self._span(last)
        return Span(self.file, start.line, start.column, end.end_line, end.end_column)


# `or`, `and` and `not` are words of Python, so their methods cannot carry the grammar's names.
for _name in ("or", "and", "not"):
    setattr(Builder, _name, getattr(Builder, f"{_name}_"))
