"""Conditions: one method a rule of the grammar."""

from collections.abc import Callable
from typing import Any

from lark import Token

from router.base.problems import Span
from router.policy.nodes import And, Compare, Condition, FactRef, Known, LetRef, Not, Or, Value
from router.policy.parse.parts import Children, PartBuilder


class ConditionBuilder(PartBuilder):
    """Builds conditions."""

    def _joined(self, c: Children) -> tuple[tuple[Condition, ...], Span]:
        first, last = c[0].span, c[-1].span
        return tuple(c), first.to(last)

    def or_(self, c: Children) -> Or:
        return Or(*self._joined(c))

    def and_(self, c: Children) -> And:
        return And(*self._joined(c))

    def not_(self, c: Children) -> Not:
        start, inner = self._span(c[0]), c[1].span
        return Not(c[1], start.to(inner))

    def group(self, c: Children) -> Condition:
        inner: Condition = c[1]
        return inner

    def known(self, c: Children) -> Known:
        start, fact = self._span(c[0]), c[1]
        return Known(fact, start.to(fact.span))

    def reference(self, c: Children) -> LetRef:
        return LetRef(str(c[0]), self._span(c[0]))

    def fact(self, c: Children) -> FactRef:
        start = self._span(c[0])
        if len(c) == 1:
            return FactRef(str(c[0]), None, start)
        end = self._span(c[-1])
        argument = " ".join(str(token) for token in c[2:-1])
        return FactRef(str(c[0]), argument, start.to(end))

    def _compare(self, fact: FactRef, operator: Any, values: tuple[Value, ...]) -> Compare:
        start, last = fact.span, values[-1].span
        return Compare(fact, operator, values, start.to(last))

    def _operator(name: str) -> Callable[["ConditionBuilder", Children], Compare]:  # type: ignore[misc]
        def method(self: "ConditionBuilder", c: Children) -> Compare:
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


# `or`, `and` and `not` are words of Python, so their methods cannot carry the grammar's names.
for _name in ("or", "and", "not"):
    setattr(ConditionBuilder, _name, getattr(ConditionBuilder, f"{_name}_"))
