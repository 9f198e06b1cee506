"""From the parser's refusal to one problem: the narrowest token, what was found, what would do."""

import re
from difflib import get_close_matches

from router.base.problems import Fix, Problem, error
from router.policy.parse.habits import known_habit
from router.policy.parse.where import LONGEST, Where, shown

_SAID: dict[str, str] = {
    "NAME": "a name", "STRING": "a quoted text", "MODEL": "`provider/model`", "CHAIN": "`@chain`", "NUMBER": "a number",
    "PERCENT": "a percentage", "MONEY": "an amount such as $5.00", "DATE": "a date such as 2026-12-31",
    "REGEX": 'a pattern r"..."', "LPAR": "`(`", "RPAR": "`)`", "COMMA": "`,`", "EQUAL": "`=`", "ORDER": "a comparison",
    "$END": "the end", "RANGE": "`..`", "MODEL_WORD": "`model`",
}  # fmt: skip
RESERVED_NAMES = frozenset({
    "ALL", "ALLOW", "ALLOWED", "AND", "ANY", "APPROVAL", "AS", "AT", "AVOID", "BECAUSE", "BY", "CAP",
    "CLASSIFY", "COMPLEXITY", "COMPRESS", "CONTAINS", "DENIED", "DENY", "DOWNGRADE", "EXPECT",
    "FIRED", "GIVEN", "IN", "IS", "KNOWN", "LET", "LIKE", "LOCK", "MATCHES", "MODE", "NOT", "NOTHING",
    "OF", "ONLY", "OR", "OVER", "POLICY", "PREFER", "PROFILE", "PROVIDER", "REDACT", "REFUSE",
    "REFUSED", "REQUIRE", "ROLLOUT", "ROUTE", "RULE", "SESSIONS", "TAG", "TASK", "TEST", "THEN",
    "TIER", "TO", "TODO", "UNDER", "UNKNOWN", "UNLESS", "UNTIL", "VERSION", "WHEN",
})  # fmt: skip
"""Terminals that are a word, spelled as they are named."""
RESERVED = frozenset(name.lower() for name in RESERVED_NAMES)
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
_WANTED = frozenset(
    ["TASK", "COMPLEXITY", "TIER", "FIRED", "REFUSED", "APPROVAL", "NOTHING", "DENIED", "ALLOWED", "NOT"]
) | {"MODE", "PROFILE", "DOWNGRADE", "ROUTE", "REDACT", "TAG", "COMPRESS", "CAP"}
_GROUPS = (
    (
        frozenset(["NAME", "STRING", "MODEL", "CHAIN", "PROVIDER", "MODEL_WORD"]),
        "a target (`provider/model`, a provider or `@chain`)",
    ),
    (_EFFECTS, "an effect such as `route to`, `deny` or `cap`"),
    (_CLAUSES, "a clause such as `when` or `because`"),
    (_OPERATORS, "an operator such as `is` or `>=`"),
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
    ("→", "`→` is not used here", "a chain is written with `then`", "then"),
    (":", "`:` is not used here", "an item's name is followed by its effects: delete it", ""),
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
_PATHISH = re.compile(r"[\w.*@~-]*(?:/[\w.*@~-]*+)++")


def diagnose(at: int, expected: set[str], text: str, file: str, lines: int) -> Problem:
    """The problem behind a refusal at an offset where `expected` terminals could stand, in an item that `lines` lines come before."""
    where = Where(text, file, lines)
    for rule in _RULES:
        found = rule(where, at, expected)
        if found:
            return found
    return _plain(where, at, expected)


def _unclosed(where: Where, at: int, expected: set[str]) -> Problem | None:
    if not where.text.startswith(('"', 'r"'), at):
        return None
    end = where.text.find("\n", at)
    end = len(where.text) if end < 0 else end
    if re.match(r'r?"(?:[^"\\\n]++|\\.)*+"', where.text[at:end]):
        return None
    return error("R103", "the text is not closed", where.span(at, at + 1), 'end it with `"` on the same line')


def _single_quoted(where: Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"'([^'\n\"\\]*)'").match(where.text, at)
    if not found:
        return None
    span = where.span(at, found.end())
    text = f'"{found[1]}"'
    message = f"`{shown(found[0])}` stands in single quotes"
    return error("R112", message, span, f"texts stand in double quotes: `{shown(text)}`", fix=Fix(span, text))


def _inner_quote(where: Where, at: int, expected: set[str]) -> Problem | None:
    """A quote inside a text ends it, so what follows stands outside."""
    if at == 0 or where.text[at - 1] != '"' or not re.match(r'[^\s,()"]', where.text[at : at + 1]):
        return None
    row = where.text[where.text.rfind("\n", 0, at) + 1 : at]
    pattern = re.search(r'r"[^"]*"$', row) is not None
    help_text = "a pattern cannot hold one: write `\\x22`" if pattern else 'write `\\"` inside a text'
    return error("R103", 'the text ends at this `"`, but goes on', where.span(at - 1, at), help_text)


def _foreign_sign(where: Where, at: int, expected: set[str]) -> Problem | None:
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


def _amount(where: Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"(\d[\d_]*(?:\.\d+)?)(/[a-z]+)?(?![\w.%/])").match(where.text, at)
    if not found or "MONEY" not in expected or "NUMBER" in expected:
        return None
    span = where.span(at, found.end())
    wanted = f"${found[1]}{found[2] or '/day'}"
    fix = Fix(span, wanted) if found[2] else None
    return error("R101", f"`{shown(found[0])}` is no amount", span, f"write `{shown(wanted)}`", fix=fix)


def _bare_share(where: Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"\d+(?:\.\d+)?(?![\w.%])").match(where.text, at)
    if not found or "PERCENT" not in expected or "NUMBER" in expected:
        return None
    span, wanted = where.span(at, found.end()), f"{found[0]}%"
    help_text = f"write `{shown(wanted)}`"
    return error("R101", f"`{shown(found[0])}` is no percentage", span, help_text, fix=Fix(span, wanted))


def _bare_path(where: Where, at: int, expected: set[str]) -> Problem | None:
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


def _bare_word(where: Where, at: int, expected: set[str]) -> Problem | None:
    """A name where only a quoted text may stand."""
    if "STRING" not in expected or expected & {"NAME", "LPAR"}:
        return None
    found = re.compile(r"[^\W\d][\w-]*").match(where.text, at)
    if not found or found[0].lower() in RESERVED:
        return None
    span = where.span(at, found.end())
    message = f"`{shown(found[0])}` needs quotes"
    return error("R101", message, span, f'write `"{shown(found[0])}"`')


def _quoted_name(where: Where, at: int, expected: set[str]) -> Problem | None:
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


def _foreign_word(where: Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at)
    help_text = _FOREIGN_WORDS.get(word.lower().replace("_", ""))
    if help_text is None:
        return None
    return error("R102", f"`{word}` is not used here", where.span(at, at + len(word)), help_text)


def _next_item(where: Where, at: int, expected: set[str]) -> Problem | None:
    """An item that begins in the middle of a line."""
    word = where.word(at)
    if word.upper() not in _ITEMS or word != word.lower() or "$END" not in expected:
        return None
    span = where.span(at, at + len(word))
    message, help_text = f"`{word}` does not begin a line", f"begin a new line before `{word}`"
    return error("R101", message, span, help_text, fix=Fix(span, f"\n{word}"))


def _effect_after_clause(where: Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at)
    if (
        word.upper() not in _EFFECTS
        or expected & _EFFECTS
        or not expected & _CLAUSES
        or "$END" not in expected
    ):
        return None
    span = where.span(at, at + len(word))
    return error(
        "R101",
        f"`{word}` stands after a clause",
        span,
        "effects come first, then `when` and the other clauses",
    )


def _clause_without_effect(where: Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at)
    if word.upper() not in _CLAUSES or not expected >= _EFFECTS or "$END" in expected:
        return None
    span = where.span(at, at + len(word))
    help_text = "effects come first: `route to`, `deny`, `cap`, `tag` ..."
    return error("R101", f"`{word}` stands where the rule's effect is missing", span, help_text)


def _missing_small_word(where: Where, at: int, expected: set[str]) -> Problem | None:
    """`to`, `only`, `as` or `at` left out."""
    for small in ("TO", "ONLY", "AS", "AT"):
        found = re.compile(r'[\w@$*"][^\s,()]*').match(where.text, at)
        if found and len(found[0]) <= 4 and get_close_matches(found[0].lower(), [small.lower()], 1, 0.7):
            return None
        if small in expected and expected <= {small, "NAME"} and found and found[0].lower() not in RESERVED:
            word, span = small.lower(), where.span(at, at + len(found[0]))
            said = where.before(at)
            fix = Fix(where.span(at, at), f"{word} ")
            help_text = f"write `{said} {word} {shown(found[0])}`"
            return error("R101", f"`{word}` is missing before `{shown(found[0])}`", span, help_text, fix=fix)
    return None


def _misspelled(where: Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at)
    if not word[:1].isalpha() or len(word) > LONGEST:
        return None
    words = [name.lower() for name in sorted(expected & RESERVED_NAMES)]
    words += ["rule", "let", "test"] if "$END" in expected and where.begins_line(at) else []
    near = get_close_matches(word.lower(), words, 1, 0.7)
    # Of two letters one is half of the word, so a likeness of 0.7 cannot be had.
    near = near or _two_letters(word.lower(), words)
    if not near:
        return None
    span = where.span(at, at + len(word))
    return error("R108", f"unknown word `{word}`", span, f"did you mean `{near[0]}`?", fix=Fix(span, near[0]))


def _two_letters(word: str, words: list[str]) -> list[str]:
    if len(word) != 2 or word in RESERVED:
        return []
    return [short for short in ("is", *words) if len(short) == 2 and short in words and short[0] == word[0]]


def _no_condition(where: Where, at: int, expected: set[str]) -> Problem | None:
    """An operator that has lost its attribute, as in `path under "a" or like "b"`, was read as a name."""
    start, word = where.word_before(at)
    if word.upper() not in _OPERATORS | {"AND", "OR"} or not expected >= {"IS", "LIKE"}:
        return None
    span = where.span(start, start + len(word))
    help_text = "each side of `and` and `or` asks something, as in `turn > 3`"
    if word.upper() in _OPERATORS:
        help_text = f"name the attribute on both sides of `and` and `or`: `path {word} ...`"
    return error("R101", f"found `{word}`, expected a condition", span, help_text)


def _nameless_rule(where: Where, at: int, expected: set[str]) -> Problem | None:
    """`rule` straight before an effect, whose first word was read as the name."""
    start, word = where.word_before(at)
    head = where.code[:start].strip()
    if head != "rule" or word.upper() not in _EFFECTS:
        return None
    begin = where.code.index("rule")
    return error(
        "R101", "the rule has no name", where.span(begin, begin + 4), "write `rule NAME` before its effects"
    )


def _given_operator(where: Where, at: int, expected: set[str]) -> Problem | None:
    """`given task is code`, where the operator was read as the value."""
    start, word = where.word_before(at)
    if word.upper() not in _OPERATORS or not {"EXPECT", "COMMA"} <= expected or "BY" in expected:
        return None
    span = where.span(start, start + len(word))
    fix = Fix(where.span(start, at), "")
    return error("R101", "`given` sets a value and takes no operator", span, f"delete `{word}`", fix=fix)


def _list_without_comma(where: Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"(or|and)(?![\w.-])|[@\w*][\w.*/@:-]*").match(where.text, at)
    if (
        not found
        or "COMMA" not in expected
        or expected & {"AND", "EXPECT"}
        or where.text.find("\n", at - 1, at) >= 0
    ):
        return None
    row = where.code[where.code.rfind("\n", 0, at) + 1 : at]
    if not row.strip() or (not found[1] and found[0].lower() in RESERVED):
        return None
    span = where.span(at, found.end())
    return error(
        "R101",
        f"found `{shown(found[0])}` where `,` is missing",
        span,
        "names in a list are separated by `,`",
    )


def _missing_then(where: Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"[@A-Za-z*][\w.*/:@-]*").match(where.text, at)
    if "THEN" not in expected or not found or where.begins_line(at) or not where.before(at):
        return None
    message = f"`then` is missing before `{shown(found[0])}`"
    fix = Fix(where.span(at, at), "then ")
    return error(
        "R101", message, where.span(at, found.end()), "a chain is written `route to A then B`", fix=fix
    )


def _share(where: Where, at: int, expected: set[str]) -> Problem | None:
    if "OF" not in expected:
        return None
    start, share = where.word_before(at)
    span = where.span(start, start + len(share))
    said = f"{shown(share)} of sessions"
    fix = Fix(span, f"{share} of sessions")
    return error("R108", f"`rollout {shown(share)}` does not say of what", span, f"write `{said}`", fix=fix)


def _dangling_comma(where: Where, at: int, expected: set[str]) -> Problem | None:
    before = where.code[:at].rstrip()
    if not before.endswith(",") or expected & {"COMMA"}:
        return None
    span = where.span(len(before) - 1, len(before))
    message = f"{_list(expected)} is missing after the comma"
    return error("R101", message, span, "delete the comma, or go on", fix=Fix(span, ""))


def _comma_for_and(where: Where, at: int, expected: set[str]) -> Problem | None:
    if not where.text.startswith(",", at) or "AND" not in expected:
        return None
    return error(
        "R101", "found `,` after a condition", where.span(at, at + 1), "join conditions with `and` or `or`"
    )


def _unclosed_group(where: Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at).upper()
    if "RPAR" not in expected or not (at >= len(where.text.rstrip()) or word in _EFFECTS | _CLAUSES | _ITEMS):
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


def _unopened_group(where: Where, at: int, expected: set[str]) -> Problem | None:
    if not where.text.startswith(")", at) or where.code[:at].count("(") > where.code[:at].count(")"):
        return None
    return error("R101", "the `)` closes nothing", where.span(at, at + 1), "delete it, or add its `(`")


_RULES = (
    _unclosed,
    _inner_quote,
    _single_quoted,
    known_habit,
    _foreign_sign,
    _amount,
    _bare_share,
    _unclosed_group,
    _unopened_group,
    _nameless_rule,
    _given_operator,
    _no_condition,
    _dangling_comma,
    _comma_for_and,
    _bare_path,
    _share,
    _next_item,
    _clause_without_effect,
    _effect_after_clause,
    _missing_small_word,
    _foreign_word,
    _misspelled,
    _bare_word,
    _quoted_name,
    _list_without_comma,
    _missing_then,
)
"""Tried in this order; the first that knows the mistake describes it."""


def _plain(where: Where, at: int, expected: set[str]) -> Problem:
    said = _list(expected)
    if at >= len(where.text.rstrip()):
        start, last = where.word_before(at)
        span = where.span(start, start + len(last)) if last else where.span(max(0, start - 1), max(1, start))
        return error("R101", f"the item ends too early: {said} is missing", span)
    word = where.word(at) or where.text[at]
    return error("R101", f"found `{shown(word)}`, expected {said}", where.span(at, at + len(word)))


def _list(expected: set[str]) -> str:
    """At most five alternatives in words."""
    left = set(expected)
    words: list[str] = []
    if "FIRED" in left:
        words.append("an outcome such as `task code`, `route openai` or `refused`")
        left -= _WANTED
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


__all__ = ["FOREIGN", "RESERVED", "diagnose"]
