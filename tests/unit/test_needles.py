"""What a pattern needs is in everything that it matches, so that leaving RE2 out changes no decision."""

import re
from pathlib import Path

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from router.decide.recorded import NotingScan
from router.decide.scan import OncePatterns, Patterns, PromptScan
from router.policy.compile.needles import needles

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = re.findall(r'matches r"(.*?)"(?= or| and|$)', (ROOT / "rules/recognise.rules").read_text("utf-8"), re.MULTILINE)
WORDS = ("fix", "the", "Kelvin", "mask", "image", "stop", "run tests", "日本", "straße", "İ", "K", "ſtop", "maſk", "", "3")
ATOMS = st.sampled_from(["fix", "Image", "mask", "stop", "k", r"\w+", r"\d", "[a-z]", r"[\w-]", ".", r"\.", "run ", "s", "日"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{0,2}", "{1,2}", "{2}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        inner.map(lambda part: f"({part})"), inner.map(lambda part: f"(?i:{part})"), inner.map(lambda part: rf"\b{part}\b"),
    ),
    max_leaves=8,
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=8).flatmap(
    lambda parts: st.sampled_from([" ".join(parts), "".join(parts), " ".join(parts).upper(), "".join(parts).title()])
)


def possible(pattern: str, text: str) -> bool:
    needed = needles(pattern)
    return needed is None or any(needle in text.casefold() for needle in needed)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(pattern=PATTERNS, folds=st.booleans(), text=TEXTS)
def test_what_matches_holds_a_needle(pattern: str, folds: bool, text: str) -> None:
    whole = f"(?i){pattern}" if folds else pattern
    text = text.encode("utf-8", "replace").decode("utf-8")
    if re2.search(whole, text):
        assert possible(whole, text)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(pattern=st.sampled_from(SHIPPED), data=st.data())
def test_what_matches_a_shipped_pattern_holds_a_needle(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(pattern.replace(r"\W", r"[ .]"))).encode("utf-8", "replace").decode("utf-8")
    if re2.search(pattern, text):
        assert possible(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("(?i)fix (?:the )?bug", ["fix "]), ("(?:create|make) an image", ["image"]), ("(?:foo|ba)", None), ("(?:foo)?", None),
        ("(?:foo){2}", ["foo"]), ("foo|bar", ["bar", "foo"]), (r"\d+", None), ("[abc]foo", ["foo"]), ("", None), (".*", None),
        ("(?:foo){0,2}bars", ["bars"]), (r"\x66oo", None), (r"\pLfoo", None), ("[[:alpha:]]foo", None), ("(?P<n>foo)", None),
        (r"\Qfoo\E", None), ("(?U)foo", None), ("(?-i:foo)", None), ("foo\\", None), ("(foo", None),
    ],
)  # fmt: skip
def test_needles_are_folded_texts_that_cannot_be_missing(pattern: str, found: list[str] | None) -> None:
    expected = None if found is None else [needle.strip() for needle in found]
    assert needles(pattern) == expected


def test_most_of_the_shipped_patterns_have_needles() -> None:
    assert len(SHIPPED) >= 10 and all(needles(pattern) for pattern in SHIPPED)


@pytest.mark.slow
@given(text=TEXTS)
def test_a_scan_of_one_prompt_finds_what_the_table_s_own_finds(text: str) -> None:
    patterns = [[pattern, [number]] for number, pattern in enumerate(SHIPPED)]
    record = {
        "token": {"fix": [90]}, "phrase": {"run": {"run tests": [91]}}, "inside": {}, "patterns": patterns,
        "needles": [needles(pattern) for pattern in SHIPPED],
    }  # fmt: skip
    assert sorted(NotingScan(record)(text)[0]) == sorted(PromptScan(record)(text)[0])


def test_patterns_without_needles_are_all_built() -> None:
    rows = [("b+", [1]), ("c", [2])]
    assert OncePatterns(rows).matched("abbc") == Patterns(rows).matched("abbc") == [1, 2]
    assert OncePatterns(rows, [["zzz"], None]).matched("abbc") == [2]
