"""Mistakes in signs, quotes, brackets and constants: what each looks like, and what is said of it."""

import re

from router.base.problems import Fix, Problem, error
from router.policy.parse.vocabulary import CLAUSES, EFFECTS, ITEMS, RESERVED
from router.policy.parse.where import Where, shown

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
    ("→", "`→` is not used here", "a chain is written with `then`", "then"),
    (":", "`:` is not used here", "an item's name is followed by its effects: delete it", ""),
    ("{", "`{` is not used here", "rules need no braces: an item ends where the next begins", ""),
    ("}", "`}` is not used here", "rules need no braces: an item ends where the next begins", ""),
    (";", "`;` is not used here", "line ends and semicolons mean nothing: delete it", ""),
    ("//", "`//` begins no comment here", "comments begin with `#`", "#"),
    ("[", "`[` is not used here", "lists stand in parentheses: `in (python, sql)`", "("),
    ("]", "`]` is not used here", "lists stand in parentheses: `in (python, sql)`", ")"),
)
_PATHISH = re.compile(r"[\w.*@~-]*(?:/[\w.*@~-]*+)++")


def unclosed(where: Where, at: int, expected: set[str]) -> Problem | None:
    if not where.text.startswith(('"', 'r"'), at):
        return None
    end = where.text.find("\n", at)
    end = len(where.text) if end < 0 else end
    if re.match(r'r?"(?:[^"\\\n]++|\\.)*+"', where.text[at:end]):
        return None
    return error("R103", "the text is not closed", where.span(at, at + 1), 'end it with `"` on the same line')


def single_quoted(where: Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"'([^'\n\"\\]*)'").match(where.text, at)
    if not found:
        return None
    span = where.span(at, found.end())
    text = f'"{found[1]}"'
    message = f"`{shown(found[0])}` stands in single quotes"
    return error("R112", message, span, f"texts stand in double quotes: `{shown(text)}`", fix=Fix(span, text))


def inner_quote(where: Where, at: int, expected: set[str]) -> Problem | None:
    """A quote inside a text ends it, so what follows stands outside."""
    if at == 0 or where.text[at - 1] != '"' or not re.match(r'[^\s,()"]', where.text[at : at + 1]):
        return None
    row = where.text[where.text.rfind("\n", 0, at) + 1 : at]
    pattern = re.search(r'r"[^"]*"$', row) is not None
    help_text = "a pattern cannot hold one: write `\\x22`" if pattern else 'write `\\"` inside a text'
    return error("R103", 'the text ends at this `"`, but goes on', where.span(at - 1, at), help_text)


def foreign_sign(where: Where, at: int, expected: set[str]) -> Problem | None:
    if where.text.startswith("<>", at - 1) and at > 0:
        at -= 1
    for sign, message, help_text, repair in FOREIGN:
        if not where.text.startswith(sign, at):
            continue
        span = where.span(at, at + len(sign))
        if sign == "=" and "EQUAL" not in expected and where.text.startswith("=", at - 1):
            return error("R102", "`==` is no operator here", span, "write one `=`", fix=Fix(span, ""))
        if sign.startswith("=") and not expected & {"IS", "ORDER"}:
            return None
        if repair == "then" and "THEN" not in expected:
            return error("R102", message, span, help_text)
        return error("R102", message, span, help_text, fix=None if repair is None else Fix(span, repair))
    if where.text.startswith(">", at) and "THEN" in expected:
        span = where.span(at, at + 1)
        help_text = "a chain is written with `then`"
        return error("R102", "`>` is not used here", span, help_text, fix=Fix(span, "then"))
    return None


def amount(where: Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"(\d[\d_]*(?:\.\d+)?)(/[a-z]+)?(?![\w.%/])").match(where.text, at)
    if not found or "MONEY" not in expected or "NUMBER" in expected:
        return None
    span = where.span(at, found.end())
    wanted = f"${found[1]}{found[2] or '/day'}"
    fix = Fix(span, wanted) if found[2] else None
    return error("R101", f"`{shown(found[0])}` is no amount", span, f"write `{shown(wanted)}`", fix=fix)


def bare_share(where: Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"\d+(?:\.\d+)?(?![\w.%])").match(where.text, at)
    if not found or "PERCENT" not in expected or "NUMBER" in expected:
        return None
    span, wanted = where.span(at, found.end()), f"{found[0]}%"
    help_text = f"write `{shown(wanted)}`"
    return error("R101", f"`{shown(found[0])}` is no percentage", span, help_text, fix=Fix(span, wanted))


def bare_path(where: Where, at: int, expected: set[str]) -> Problem | None:
    # Behind a name that was taken for a value, as in `under src/pay`, the parser stops at the first slash.
    if not expected & {"STRING", "AND", "COMMA", "RPAR"}:
        return None
    start = at
    while start > 0 and re.match(r"[\w./*@~-]", where.text[start - 1]):
        start -= 1
    found = _PATHISH.match(where.text, start)
    if not found or found.end() <= at or "/" not in found[0]:
        return None
    span, text = where.span(start, found.end()), f'"{found[0]}"'
    message = f"`{shown(found[0])}` needs quotes"
    return error("R107", message, span, f"write `{shown(text)}`", fix=Fix(span, text))


def bare_word(where: Where, at: int, expected: set[str]) -> Problem | None:
    """A name where only a quoted text may stand."""
    if "STRING" not in expected or expected & {"NAME", "LPAR"}:
        return None
    found = re.compile(r"[^\W\d][\w-]*").match(where.text, at)
    if not found or found[0].lower() in RESERVED:
        return None
    span = where.span(at, found.end())
    message = f"`{shown(found[0])}` needs quotes"
    return error("R101", message, span, f'write `"{shown(found[0])}"`')


def quoted_name(where: Where, at: int, expected: set[str]) -> Problem | None:
    """A quoted text where only a name may stand."""
    if "NAME" not in expected or "STRING" in expected:
        return None
    found = re.compile(r'"([A-Za-z_][\w-]*)"').match(where.text, at)
    if not found:
        return None
    span = where.span(at, found.end())
    message, help_text = (
        f"`{shown(found[0])}` is a text, and a name stands here",
        f"write `{shown(found[1])}`",
    )
    return error("R101", message, span, help_text, fix=Fix(span, found[1]))


def unclosed_group(where: Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at).upper()
    if "RPAR" not in expected or not (at >= len(where.text.rstrip()) or word in EFFECTS | CLAUSES | ITEMS):
        return None
    opened: list[int] = []
    for match in re.finditer(r"[()]", where.code[:at]):
        if match[0] == "(":
            opened.append(match.start())
        elif opened:
            opened.pop()
    if not opened:
        return None
    return error("R101", "the `(` is not closed", where.span(opened[-1], opened[-1] + 1), "add `)`")


def unopened_group(where: Where, at: int, expected: set[str]) -> Problem | None:
    if not where.text.startswith(")", at) or where.code[:at].count("(") > where.code[:at].count(")"):
        return None
    return error("R101", "the `)` closes nothing", where.span(at, at + 1), "delete it, or add its `(`")
