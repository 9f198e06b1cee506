"""Mistakes in words: misspelled, missing, of another language, or in the wrong place."""

import re
from difflib import get_close_matches

from router.base.problems import Fix, Problem, error
from router.policy.parse.vocabulary import (
    CLAUSES,
    EFFECTS,
    ITEMS,
    OPERATORS,
    RESERVED,
    RESERVED_NAMES,
    listed_words,
)
from router.policy.parse.where import LONGEST, Where, shown

_FOREIGN_WORDS = {
    "startswith": "use `under` for folders or `like` with a glob",
    "endswith": "use `like` with a glob such as \"*.sql\"",
    "eq": "use `is`", "equals": "use `is`", "ne": "use `is not`", "includes": "use `contains`", "regex": "use `matches r\"...\"`",
    "if": "conditions are written with `when`", "else": "an exception is a rule of its own, or `unless`",
    "elif": "an exception is a rule of its own", "where": "conditions are written with `when`", "then": "a chain is written `route to A then B`",
    "exists": "use `known FACT`", "between": "use `in a..b`", "allow": "lists of what may be used are written `allow only`",
    "block": "use `deny`", "forbid": "use `deny`", "permit": "use `allow only`", "priority": "order is said with `over RULE`",
}  # fmt: skip


def foreign_word(where: Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at)
    help_text = _FOREIGN_WORDS.get(word.lower().replace("_", ""))
    if help_text is None:
        return None
    return error("R102", f"`{word}` is not used here", where.span(at, at + len(word)), help_text)


def next_item(where: Where, at: int, expected: set[str]) -> Problem | None:
    """An item that begins in the middle of a line."""
    word = where.word(at)
    if word.upper() not in ITEMS or word != word.lower() or "$END" not in expected:
        return None
    span = where.span(at, at + len(word))
    message, help_text = f"`{word}` does not begin a line", f"begin a new line before `{word}`"
    return error("R101", message, span, help_text, fix=Fix(span, f"\n{word}"))


def effect_after_clause(where: Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at)
    if word.upper() not in EFFECTS or expected & EFFECTS or not expected & CLAUSES or "$END" not in expected:
        return None
    span = where.span(at, at + len(word))
    return error(
        "R101",
        f"`{word}` stands after a clause",
        span,
        "effects come first, then `when` and the other clauses",
    )


def clause_without_effect(where: Where, at: int, expected: set[str]) -> Problem | None:
    word = where.word(at)
    if word.upper() not in CLAUSES or not expected >= EFFECTS or "$END" in expected:
        return None
    span = where.span(at, at + len(word))
    help_text = "effects come first: `route to`, `deny`, `cap`, `tag` ..."
    return error("R101", f"`{word}` stands where the rule's effect is missing", span, help_text)


def missing_small_word(where: Where, at: int, expected: set[str]) -> Problem | None:
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


def misspelled(where: Where, at: int, expected: set[str]) -> Problem | None:
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


def no_condition(where: Where, at: int, expected: set[str]) -> Problem | None:
    """An operator that has lost its attribute, as in `path under "a" or like "b"`, was read as a name."""
    start, word = where.word_before(at)
    if word.upper() not in OPERATORS | {"AND", "OR"} or not expected >= {"IS", "LIKE"}:
        return None
    span = where.span(start, start + len(word))
    help_text = "each side of `and` and `or` asks something, as in `turn > 3`"
    if word.upper() in OPERATORS:
        help_text = f"name the attribute on both sides of `and` and `or`: `path {word} ...`"
    return error("R101", f"found `{word}`, expected a condition", span, help_text)


def nameless_rule(where: Where, at: int, expected: set[str]) -> Problem | None:
    """`rule` straight before an effect, whose first word was read as the name."""
    start, word = where.word_before(at)
    head = where.code[:start].strip()
    if head != "rule" or word.upper() not in EFFECTS:
        return None
    begin = where.code.index("rule")
    return error(
        "R101", "the rule has no name", where.span(begin, begin + 4), "write `rule NAME` before its effects"
    )


def given_operator(where: Where, at: int, expected: set[str]) -> Problem | None:
    """`given task is code`, where the operator was read as the value."""
    start, word = where.word_before(at)
    if word.upper() not in OPERATORS or not {"EXPECT", "COMMA"} <= expected or "BY" in expected:
        return None
    span = where.span(start, start + len(word))
    fix = Fix(where.span(start, at), "")
    return error("R101", "`given` sets a value and takes no operator", span, f"delete `{word}`", fix=fix)


def list_without_comma(where: Where, at: int, expected: set[str]) -> Problem | None:
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


def missing_then(where: Where, at: int, expected: set[str]) -> Problem | None:
    found = re.compile(r"[@A-Za-z*][\w.*/:@-]*").match(where.text, at)
    if "THEN" not in expected or not found or where.begins_line(at) or not where.before(at):
        return None
    message = f"`then` is missing before `{shown(found[0])}`"
    fix = Fix(where.span(at, at), "then ")
    return error(
        "R101", message, where.span(at, found.end()), "a chain is written `route to A then B`", fix=fix
    )


def share(where: Where, at: int, expected: set[str]) -> Problem | None:
    if "OF" not in expected:
        return None
    start, share = where.word_before(at)
    span = where.span(start, start + len(share))
    said = f"{shown(share)} of sessions"
    fix = Fix(span, f"{share} of sessions")
    return error("R108", f"`rollout {shown(share)}` does not say of what", span, f"write `{said}`", fix=fix)


def dangling_comma(where: Where, at: int, expected: set[str]) -> Problem | None:
    before = where.code[:at].rstrip()
    if not before.endswith(",") or expected & {"COMMA"}:
        return None
    span = where.span(len(before) - 1, len(before))
    message = f"{listed_words(expected)} is missing after the comma"
    return error("R101", message, span, "delete the comma, or go on", fix=Fix(span, ""))


def comma_for_and(where: Where, at: int, expected: set[str]) -> Problem | None:
    if not where.text.startswith(",", at) or "AND" not in expected:
        return None
    return error(
        "R101", "found `,` after a condition", where.span(at, at + 1), "join conditions with `and` or `or`"
    )
