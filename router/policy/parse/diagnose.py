"""From the parser's refusal to one problem: the narrowest token, what was found, what would do."""

import re
from difflib import get_close_matches

from lark import Token, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from router.base.problems import Fix, Problem, Span, error

_SAID: dict[str, str] = {
    "NAME": "a name", "STRING": "a quoted text", "MODEL": "`provider/model`", "CHAIN": "`@chain`", "NUMBER": "a number",
    "PERCENT": "a percentage", "MONEY": "an amount such as $5.00", "DATE": "a date such as 2026-12-31",
    "REGEX": 'a pattern r"..."', "LPAR": "`(`", "RPAR": "`)`", "COMMA": "`,`", "EQUAL": "`=`", "ORDER": "a comparison",
    "$END": "the end", "__ANON_0": "`..`", "MODEL_WORD": "`model`",
}  # fmt: skip
_EFFECTS = frozenset(
    [
        "CLASSIFY",
        "DENY",
        "ALLOW",
        "CAP",
        "REFUSE",
        "REQUIRE",
        "REDACT",
        "COMPRESS",
        "TAG",
        "DOWNGRADE",
        "ROUTE",
        "MODE",
        "PROFILE",
        "PREFER",
        "AVOID",
    ]
)
_CLAUSES = frozenset(["WHEN", "UNLESS", "BECAUSE", "OVER", "UNTIL", "ROLLOUT", "LOCK"])
_OPERATORS = frozenset(["IS", "IN", "NOT", "LIKE", "UNDER", "CONTAINS", "MATCHES", "ORDER"])
_ITEMS = frozenset(["POLICY", "LET", "RULE", "TEST", "TODO"])
_GROUPS = (
    (_EFFECTS, "an effect such as `route to`, `deny` or `cap`"),
    (_CLAUSES, "a clause such as `when` or `because`"),
    (_OPERATORS, "an operator such as `is`, `in` or `>=`"),
    (_ITEMS, "`rule`, `let` or `test`"),
    (frozenset(["NAME", "KNOWN", "LPAR", "NOT"]), "a condition"),
    (frozenset(["NAME", "STRING", "REGEX", "NUMBER", "PERCENT", "MONEY", "DATE"]), "a value"),
)

FOREIGN: tuple[tuple[str, str, str, str | None], ...] = (
    ("===", "`===` is no operator here", "use `is`", "is"),
    ("==", "`==` is no operator here", "use `is`: `task is code`", "is"),
    ("!=", "`!=` is no operator here", "use `is not`", "is not"),
    ("<>", "`<>` is no operator here", "use `is not`", "is not"),
    ("=>", "`=>` is no operator here", "use `>=`", ">="),
    ("=<", "`=<` is no operator here", "use `<=`", "<="),
    ("=", "`=` is no operator here", "use `is`: `task is code`", "is"),
    ("&&", "`&&` is no operator here", "write `and`", "and"),
    ("&", "`&` is no operator here", "write `and`", "and"),
    ("||", "`||` is no operator here", "write `or`", "or"),
    ("|", "`|` is no operator here", "write `or`", "or"),
    ("!", "`!` is no operator here", "write `not`", "not "),
    ("->", "`->` is not used here", "a chain is written with `then`", "then"),
    ("{", "`{` is not used here", "rules need no braces: an item ends where the next begins", ""),
    ("}", "`}` is not used here", "rules need no braces: an item ends where the next begins", ""),
    (";", "`;` is not used here", "line ends and semicolons mean nothing: delete it", ""),
    ("//", "`//` begins no comment here", "comments begin with `#`", "#"),
    ("[", "`[` is not used here", "lists stand in parentheses: `in (python, sql)`", "("),
    ("]", "`]` is not used here", "lists stand in parentheses: `in (python, sql)`", ")"),
)
_FOREIGN_WORDS = {
    "startswith": "use `under` for folders or `like` with a glob",
    "endswith": "use `like` with a glob such as \"*.sql\"",
    "eq": "use `is`", "equals": "use `is`", "ne": "use `is not`", "includes": "use `contains`", "regex": "use `matches r\"...\"`",
    "if": "conditions are written with `when`", "else": "an exception is a rule of its own, or `unless`",
    "elif": "an exception is a rule of its own", "where": "conditions are written with `when`", "then": "a chain is written `route to A then B`",
    "exists": "use `known FACT`", "between": "use `in a..b`", "allow": "lists of what may be used are written `allow only`",
    "block": "use `deny`", "forbid": "use `deny`", "permit": "use `allow only`", "priority": "order is said with `over RULE`",
}  # fmt: skip
_PATHISH = re.compile(r"[\w.*@~-]*(?:/[\w.*@~-]*)+")


def diagnose(fault: UnexpectedInput, text: str, file: str, lines: int) -> Problem:
    """The problem behind a refusal at `fault`, in an item that `lines` lines come before."""
    at = _position(fault, text)
    expected = _expected(fault)
    where = _Where(text, file, lines)
    for rule in (
        _unclosed,
        _single_quoted,
        _foreign_sign,
        _bare_path,
        _foreign_word,
        _misspelled,
        _share,
        _dangling_comma,
    ):
        found = rule(where, at, expected)
        if found:
            return found
    return _plain(where, at, expected)


class _Where:
    """An item's text and where it lies in its file."""

    def __init__(self, text: str, file: str, lines: int) -> None:
        self.text = text
        self.file = file
        self.lines = lines

    def span(self, start: int, end: int) -> Span:
        row = self.text.count("\n", 0, start)
        column = start - (self.text.rfind("\n", 0, start) + 1) + 1
        line = self.lines + row + 1
        return Span(self.file, line, column, line, column + max(1, end - start))

    def word(self, at: int) -> str:
        found = re.compile(r"[\w-]+|[^\s\w]").match(self.text, at)
        return found[0] if found else ""


def _position(fault: UnexpectedInput, text: str) -> int:
    if isinstance(fault, UnexpectedToken) and fault.token.type == "$END":
        return len(text.rstrip())
    at = fault.pos_in_stream
    return len(text) if at is None else at


def _expected(fault: UnexpectedInput) -> set[str]:
    if isinstance(fault, UnexpectedCharacters):
        return set(fault.allowed or ())
    if isinstance(fault, UnexpectedToken):
        return set(fault.accepts or fault.expected)
    return set()


def _unclosed(where: _Where, at: int, expected: set[str]) -> Problem | None:
    if not where.text.startswith(('"', 'r"'), at):
        return None
    end = where.text.find("\n", at)
    end = len(where.text) if end < 0 else end
    if re.match(r'r?"(\\.|[^"\\\n])*"', where.text[at:end]):
        return None
    return error("R103", "the text is not closed", where.span(at, at + 1), 'end it with `"` on the same line')


def _single_quoted(where: _Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"'([^'\n\"\\]*)'").match(where.text, at)
    if not found:
        return None
    span = where.span(at, found.end())
    return error(
        "R112",
        f"{found[0]} stands in single quotes",
        span,
        "texts stand in double quotes",
        fix=Fix(span, f'"{found[1]}"'),
    )


def _foreign_sign(where: _Where, at: int, expected: set[str]) -> Problem | None:
    for sign, message, help_text, repair in FOREIGN:
        if where.text.startswith(sign, at):
            span = where.span(at, at + len(sign))
            fix = None if repair is None else Fix(span, repair)
            return error("R102", message, span, help_text, fix=fix)
    if where.text.startswith(">", at) and "THEN" in expected:
        span = where.span(at, at + 1)
        return error(
            "R102", "`>` is not used here", span, "a chain is written with `then`", fix=Fix(span, "then")
        )
    return None


def _bare_path(where: _Where, at: int, expected: set[str]) -> Problem | None:
    start = at
    while start > 0 and re.match(r"[\w./*@~-]", where.text[start - 1]):
        start -= 1
    found = _PATHISH.match(where.text, start)
    if not found or found.end() <= at or "/" not in found[0]:
        return None
    span = where.span(start, found.end())
    return error(
        "R107", f"`{found[0]}` needs quotes", span, f'write "{found[0]}"', fix=Fix(span, f'"{found[0]}"')
    )


def _foreign_word(where: _Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at)
    help_text = _FOREIGN_WORDS.get(word.lower().replace("_", ""))
    if help_text is None:
        return None
    return error("R102", f"`{word}` is not used here", where.span(at, at + len(word)), help_text)


def _misspelled(where: _Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at)
    if not word[:1].isalpha():
        return None
    near = get_close_matches(
        word.lower(), [name.lower() for name in sorted(expected) if name.isalpha()], 1, 0.7
    )
    if not near or near[0] in (
        "name",
        "string",
        "model",
        "number",
        "money",
        "date",
        "percent",
        "regex",
        "order",
        "lpar",
    ):
        return None
    span = where.span(at, at + len(word))
    return error("R108", f"unknown word `{word}`", span, f"did you mean `{near[0]}`?", fix=Fix(span, near[0]))


def _share(where: _Where, at: int, expected: set[str]) -> Problem | None:
    if "OF" not in expected:
        return None
    before = where.text[:at].rstrip()
    start = before.rfind(" ") + 1
    span = where.span(start, len(before))
    return error(
        "R108",
        f"`rollout {before[start:]}` lacks of what",
        span,
        f"write `{before[start:]} of sessions`",
        fix=Fix(span, f"{before[start:]} of sessions"),
    )


def _dangling_comma(where: _Where, at: int, expected: set[str]) -> Problem | None:
    before = where.text[:at].rstrip()
    if not before.endswith(",") or expected & {"COMMA"}:
        return None
    span = where.span(len(before) - 1, len(before))
    return error(
        "R101",
        f"{_list(expected)} is missing after the comma",
        span,
        "delete the comma, or go on",
        fix=Fix(span, ""),
    )


def _plain(where: _Where, at: int, expected: set[str]) -> Problem:
    said = _list(expected)
    if at >= len(where.text.rstrip()):
        end = len(where.text.rstrip())
        return error("R101", f"the item ends too early: {said} is missing", where.span(max(0, end - 1), end))
    word = where.word(at) or where.text[at]
    return error("R101", f"found `{word}`, expected {said}", where.span(at, at + len(word)))


def _list(expected: set[str]) -> str:
    """At most five alternatives in words."""
    left = set(expected)
    words: list[str] = []
    for group, said in _GROUPS:
        if len(group & left) >= min(3, len(group)):
            words.append(said)
            left -= group
    words += sorted(_SAID.get(name, f"`{name.lower()}`") for name in left)
    if len(words) > 5:
        words = words[:5]
    return (
        words[0]
        if len(words) == 1
        else f"{', '.join(words[:-1])} or {words[-1]}"
        if words
        else "something else"
    )


__all__ = ["FOREIGN", "Token", "diagnose"]
