"""A faster loop over Lark's tables: half of Lark's own time goes into bookkeeping that nobody reads."""

import re
from collections.abc import Callable
from operator import itemgetter
from sys import intern
from typing import Any

from lark import Lark, Token
from lark.grammar import Rule
from lark.lexer import TerminalDef
from lark.parsers.lalr_analysis import Shift

END = "$END"
END_OF_TEXT = r"\Z"
Row = dict[str, Any]
Scan = Callable[[str, int], "re.Match[str] | None"]
Make = Callable[[list[Any]], Any]


class Driver:
    """One grammar's tables, ready to run; `builder` has a method for every rule and alias that is not inlined."""

    def __init__(self, lark: Lark, start: str, builder: object) -> None:
        table: Any = lark.parser.parser.parser.parse_table
        self._start, self._end = table.start_states[start], table.end_states[start]
        made = {rule: _maker(rule, builder) for rule in lark.rules}
        self._rows = {state: _row(row, made) for state, row in table.states.items()}
        ignored = [t.pattern.to_regexp() for t in lark.terminals if t.name in lark.ignore_tokens]
        # Atomic, or a comment could give its last words back as tokens.
        self._blank = f"(?>(?:{'|'.join(ignored)})*)"
        self._skip = re.compile(self._blank).match
        self._terminals = sorted(lark.terminals, key=_precedence)
        self._scans: dict[int, Scan] = {}
        symbols = (symbol for rule in lark.rules for symbol in rule.expansion)
        self._kept = frozenset(intern(str(symbol.name)) for symbol in symbols if _is_kept(symbol))

    def _scan(self, state: int) -> Scan:
        """The lexer of a state, made when it is first reached: most files never reach most states."""
        row = self._rows[state]
        wanted = [f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in self._terminals if t.name in row]
        scan = re.compile(f"{self._blank}(?:{'|'.join([*wanted, END_OF_TEXT])})").match
        return self._scans.setdefault(state, scan)

    def run(self, text: str) -> Any:
        """What the builder makes of the whole text, or None when the text does not fit the grammar.

        Tokens carry their type and place; a terminal that no rule keeps is passed on as None.
        """
        states, state = [self._start], self._start
        values: list[Any] = []
        at, line, line_start, newline = 0, 1, 0, text.find("\n")
        rows, scans, kept, new = self._rows, self._scans, self._kept, str.__new__
        while (match := (scans.get(state) or self._scan(state))(text, at)) is not None:
            kind, at = match.lastgroup or END, match.end()
            token = None
            if kind in kept:
                start = match.start(kind)
                if -1 < newline < start:
                    line += text.count("\n", newline, start)
                    line_start = text.rfind("\n", newline, start) + 1
                    newline = text.find("\n", start)
                token = new(Token, match[kind])
                token.type, token.line, token.end_line = kind, line, line
                token.column, token.end_column = start - line_start + 1, at - line_start + 1
            while (action := rows[state].get(kind)).__class__ is tuple:
                size, make, name = action
                if make is not None:
                    values[-size:] = (make(values[-size:]),)
                del states[-size:]
                state = rows[states[-1]][name]
                states.append(state)
                if kind is END and state == self._end:
                    return values[0]
            if action is None:
                return None
            state = action
            states.append(state)
            values.append(token)
        return None

    def fault(self, text: str) -> tuple[int, set[str]]:
        """Of a text that does not fit: the offset where it stops fitting, and the terminals that could have stood there."""
        states, at = [self._start], 0
        while True:
            match = (self._scans.get(states[-1]) or self._scan(states[-1]))(text, at)
            kind = (match.lastgroup or END) if match else ""
            after = self._shifted(states, kind)
            if match is None or after is None or kind == END:
                begin = self._skip(text, at).end()  # type: ignore[union-attr]
                names = [name for name in self._rows[states[-1]] if name == END or name.isupper()]
                return begin, {name for name in names if self._shifted(states, name) is not None}
            states, at = after, match.end()

    def _shifted(self, states: list[int], kind: str) -> list[int] | None:
        """The states once a terminal has been taken, or None when it does not fit; LALR finds that out by reducing."""
        after = states
        while (action := self._rows[after[-1]].get(kind)).__class__ is tuple:
            size, _, name = action
            after = after[:-size]
            after.append(self._rows[after[-1]][name])
            if kind == END and after[-1] == self._end:
                return after
        return None if action is None else [*after, action]


def _row(row: Row, made: dict[Rule, Make | None]) -> Row:
    """A state's actions: the next state for a shift, (size, maker, name) for a reduction."""
    return {
        intern(str(name)): arg
        if action is Shift
        else (len(arg.expansion), made[arg], intern(str(arg.origin.name)))
        for name, (action, arg) in row.items()
    }


def _is_kept(symbol: Any) -> bool:
    return symbol.is_term and not symbol.filter_out


def _maker(rule: Rule, builder: object) -> Make | None:
    """What a reduction by `rule` does with its values, as Lark's own tree builder would; None when it leaves one as it is."""
    assert rule.expansion, "an empty rule would need a place of its own"
    taken = [
        (at, symbol) for at, symbol in enumerate(rule.expansion) if not symbol.is_term or _is_kept(symbol)
    ]
    spread = [at for at, symbol in taken if not symbol.is_term and symbol.name.startswith("_")]
    inlined = rule.origin.name.startswith("_")
    finish: Make = _itself if inlined else getattr(builder, _method(rule), None) or _unnamed
    if rule.options.expand1 and rule.alias is None and not inlined:
        finish = _unwrapping(finish)
    passes = len(taken) == 1 and not spread and rule.options.expand1 and rule.alias is None and not inlined
    if passes:
        return None if len(rule.expansion) == 1 else itemgetter(taken[0][0])
    if not spread and len(taken) == len(rule.expansion):
        return finish
    return _picked([(at, at in spread) for at, _ in taken], finish)


def _itself(children: list[Any]) -> list[Any]:
    return children


def _unwrapping(finish: Make) -> Make:
    return lambda children: children[0] if len(children) == 1 else finish(children)


def _method(rule: Rule) -> str:
    return str(rule.alias or rule.origin.name)


def _unnamed(children: list[Any]) -> Any:
    raise AssertionError("a rule of the grammar has no method in the builder")


def _picked(places: list[tuple[int, bool]], finish: Make) -> Make:
    # A repetition is `more: more item`, whose list nobody else holds; copying it for every item would take quadratic time.
    grows = places[0] if places[0][1] else None
    others = places[1:] if grows else places

    def make(children: list[Any]) -> Any:
        picked: list[Any] = children[grows[0]] if grows else []
        for at, spread in others:
            if spread:
                picked += children[at]
            else:
                picked.append(children[at])
        return finish(picked)

    return make


def _precedence(terminal: TerminalDef) -> tuple[int, int, int, str]:
    """The order in which Lark's lexer tries terminals."""
    pattern = terminal.pattern
    return -terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name
