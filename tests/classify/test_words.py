"""How a text becomes words and row numbers: other languages, unspaced scripts, the first words."""

from math import log2
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.decide.classify.foreign import ENGLISH, english
from router.decide.classify.shape import NAMES, shape
from router.decide.classify.words import TAIL_FROM, TAIL_SEED, codes, words

CODES = 1 << 32


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("写一个关于猫的故事", {"write", "about", "story"}),
        ("为什么天空是蓝的？", {"why"}),
        ("猫の絵を描いてください", {"draw", "please"}),
        ("Напишите рассказ о море", {"write", "story"}),
        ("파이썬 코드를 수정해줘", {"code", "fix"}),
        ("Escribe un poema sobre el mar", {"write", "poem", "about"}),
        ("Explique la différence entre A et B", {"explain", "difference"}),
        ("Übersetze das ins Englische", {"translate"}),
    ],
)
def test_request_words_stand_as_english_ones(text: str, expected: set[str]) -> None:
    assert expected <= set(words(text))


@pytest.mark.parametrize(
    "text", ["come on, use the web", "a brief résumé of the plan", "import the MIT license"]
)
def test_english_is_left_alone(text: str) -> None:
    kept = [word for word in text.replace(",", "").lower().split() if word.isascii()]
    assert set(kept) <= set(words(text))


def test_the_table_is_lower_case_and_leads_to_english() -> None:
    assert all(word == word.lower() and meant.isascii() for word, meant in ENGLISH.items())
    assert english("напишите") == "write"
    assert english("zyxwv") == "zyxwv"


@given(st.text(max_size=300))
def test_codes_have_32_bits_and_the_shape_is_whole(text: str) -> None:
    found = words(text)
    assert all(0 <= code < CODES for code in codes(found))
    assert len(shape(text, found)) == len(NAMES)


def test_the_first_words_count_as_such() -> None:
    first, later = (
        words("fix the parser"),
        words("so please, after all of this has been read by you two twice, now fix"),
    )
    alone = codes(["fix"])
    assert len(alone & codes(first)) > len(alone & codes(later))


def test_the_last_words_of_a_long_prompt_count_as_such() -> None:
    log = [f"line{number}" for number in range(TAIL_FROM)]
    ends, opens = codes([*log, "explain", "why"]), codes(["explain", "why", *log])
    middle = codes([*log, "explain", "why", *log])
    last = {crc32(word, TAIL_SEED) for word in (b"explain", b"why")}
    assert last <= ends
    assert not last & (opens | middle | codes(["explain", "why"]))


@pytest.mark.parametrize(
    ("text", "named", "numbered"),
    [
        ("ok, and now the other one too please?", 0, False),
        ("1. yes\n2. no", 0, True),
        ("fix the parser", 1, False),
        ("ok, rename the parser and the lexer", 3, False),
        ("да, продолжай", 0, False),
    ],
)
def test_a_turn_that_names_nothing_shows_in_its_shape(text: str, named: int, numbered: bool) -> None:
    found = dict(zip(NAMES, shape(text, words(text)), strict=True))
    assert found["none_named"] == float(named == 0)
    assert found["one_named"] == float(named <= 1)
    assert found["named"] == pytest.approx(log2(1 + named) / 3)
    assert found["numbered"] == float(numbered)
