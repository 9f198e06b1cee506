"""The fast loop reads as Lark's own parser reads: the same texts are taken, and become the same nodes."""

import re
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lark import Lark, UnexpectedInput

from router.base.shipped import shipped
from router.engine.pages import all_pages
from router.policy.parse.builder import Builder
from router.policy.parse.drive import Driver
from router.policy.parse.vocabulary import RESERVED

ROOT = Path(__file__).resolve().parents[2]
ITEM = re.compile(r"^(?=(?:policy|let|rule|todo|test)\b)", re.MULTILINE)
SIGNS = (
    '"x"',
    'r"y"',
    "3",
    "85%",
    "$5/day",
    "2026-12-31",
    "a-b",
    "openai/gpt-5.6",
    "@budget",
    "(",
    ")",
    ",",
    "<",
    "=",
    "#",
    "{",
)
WORDS = (*sorted(RESERVED), *SIGNS)


@cache
def readers() -> tuple[Lark, Driver, Builder]:
    """Lark with a builder inside, the loop over the same tables, and the loop's builder."""
    grammar = shipped("grammar/policy.lark").read_text(encoding="utf-8")
    lark = Lark(grammar, parser="lalr", start="item", maybe_placeholders=False, transformer=Builder())
    builder = Builder()
    return lark, Driver(lark, "item", builder), builder


def by_lark(text: str) -> Any:
    try:
        return readers()[0].parse(text)
    except UnexpectedInput:
        return None


def by_loop(text: str) -> Any:
    return readers()[1].run(text)


def fault_by_lark(text: str) -> tuple[int, set[str]]:
    """Where Lark stops, and what it would have accepted after what is before that."""
    lark = readers()[0]
    with pytest.raises(UnexpectedInput) as raised:
        lark.parse(text)
    token = getattr(raised.value, "token", None)
    at = len(text) if token is not None and token.type == "$END" else raised.value.pos_in_stream
    state = lark.parse_interactive(text[:at])
    state.exhaust_lexer()
    assert at is not None
    return at, state.accepts()


def items() -> list[str]:
    """Every item of the shipped rules, the reference and the pages, good and bad."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "rules").rglob("*.rules"))]
    documents = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    texts += re.findall(r"```text\n(.*?)```", documents, re.DOTALL)
    texts += [text for page in all_pages().values() if page.kind == "rules" for text in (page.bad, page.good)]
    return [item for text in texts for item in ITEM.split(text) if item.strip()]


def same(one: Any, other: Any) -> bool:
    """Headers are not values, so they are compared by what they hold."""
    if hasattr(one, "version"):
        return (one.name, one.version) == (other.name, other.version)
    return bool(one == other)


def test_the_shipped_items_become_the_same_nodes() -> None:
    accepted = 0
    for item in items():
        wanted, found = by_lark(item), by_loop(item)
        assert (wanted is None) == (found is None), item
        accepted += wanted is not None
        assert wanted is None or same(wanted, found), item
    assert accepted >= 100


@pytest.mark.parametrize("seed", range(8))
def test_damaged_items_are_taken_or_refused_alike(seed: int) -> None:
    rng = Random(seed)
    pool = items()
    refused = 0
    for _ in range(150):
        words = re.split(r"(\s+)", rng.choice(pool))
        at = rng.randrange(len(words))
        words[at : at + rng.randrange(3)] = rng.sample(WORDS, rng.randrange(3))
        text = "".join(words)
        wanted, found = by_lark(text), by_loop(text)
        assert (wanted is None) == (found is None), text
        if wanted is None:
            refused += 1
            assert readers()[1].fault(text) == fault_by_lark(text), text
        else:
            assert same(wanted, found), text
    assert 0 < refused < 150


def test_the_reserved_words_are_the_grammars() -> None:
    boundary = r"(?![\w.\/-])"
    words = {
        t.pattern.value.removesuffix(boundary) for t in readers()[0].terminals if boundary in t.pattern.value
    }
    spelled = {word for word in words if word.isalpha()}
    # `model` is reserved before a target only, and its terminal is named otherwise than it is spelled.
    assert len(spelled) >= 50 and spelled == RESERVED | {"model"}
