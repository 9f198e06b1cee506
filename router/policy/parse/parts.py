"""The small parts that nodes are built of: places, words, constants, targets."""

from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from lark import Token, Transformer

from router.base.problems import Problem, Span, error
from router.policy.nodes import Target, Value, Word
from router.policy.parse.strings import unescape

Children = list[Any]
_PERIODS = ("call", "session", "day", "month")


class PartBuilder(Transformer[Token, Any]):
    """Places are those of the file: `file` and `lines` (added to every line) are set before each parse."""

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

    def _reach(self, first: Token, last: Token) -> Span:
        return self._span(first).to(self._span(last))

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
