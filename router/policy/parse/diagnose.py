"""From the parser's refusal to one problem: the narrowest token, what was found, what would do."""

from router.base.problems import Problem, error
from router.policy.parse import misplaced, signs
from router.policy.parse.habits import known_habit
from router.policy.parse.vocabulary import listed_words
from router.policy.parse.where import Where, shown

_RULES = (
    signs.unclosed,
    signs.inner_quote,
    signs.single_quoted,
    known_habit,
    signs.foreign_sign,
    signs.amount,
    signs.bare_share,
    signs.unclosed_group,
    signs.unopened_group,
    misplaced.nameless_rule,
    misplaced.given_operator,
    misplaced.no_condition,
    misplaced.dangling_comma,
    misplaced.comma_for_and,
    signs.bare_path,
    misplaced.share,
    misplaced.next_item,
    misplaced.clause_without_effect,
    misplaced.effect_after_clause,
    misplaced.missing_small_word,
    misplaced.foreign_word,
    misplaced.misspelled,
    signs.bare_word,
    signs.quoted_name,
    misplaced.list_without_comma,
    misplaced.missing_then,
)
"""Tried in this order; the first that knows the mistake describes it."""


def diagnose(at: int, expected: set[str], text: str, file: str, lines: int) -> Problem:
    """The problem behind a refusal at an offset where `expected` terminals could stand, in an item that `lines` lines come before."""
    where = Where(text, file, lines)
    for rule in _RULES:
        found = rule(where, at, expected)
        if found:
            return found
    return _plain(where, at, expected)


def _plain(where: Where, at: int, expected: set[str]) -> Problem:
    said = listed_words(expected)
    if at >= len(where.text.rstrip()):
        start, last = where.word_before(at)
        span = where.span(start, start + len(last)) if last else where.span(max(0, start - 1), max(1, start))
        return error("R101", f"the item ends too early: {said} is missing", span)
    word = where.word(at) or where.text[at]
    return error("R101", f"found `{shown(word)}`, expected {said}", where.span(at, at + len(word)))
