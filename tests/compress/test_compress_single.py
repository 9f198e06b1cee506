"""Single RE2 patterns without their wrapper find what the wrapper finds."""

import re2
from hypothesis import given
from hypothesis import strategies as st

from router.compress.patterns import compiled

PATTERNS = (r"(\w+):(\d+)", r"é+|x", r"^(a)?(b)", r"\s*", r"(?i)ERR(or)?", r"“([^”]*)”", r".")
TEXTS = st.text("abxé “”:7\nERor🙂", max_size=24)


@given(st.sampled_from(PATTERNS), TEXTS)
def test_matches_are_the_wrappers(pattern: str, text: str) -> None:
    ours, theirs = compiled(pattern), re2.compile(pattern)
    for name in ("search", "match", "fullmatch"):
        found, other = getattr(ours, name)(text), getattr(theirs, name)(text)
        assert (found is None) == (other is None)
        if found is not None:
            assert (found.start(), found.end(), found.group(0)) == (other.start(), other.end(), other.group())
            assert found.groups() == other.groups()
    places = [(m.start(), m.end(), m[0]) for m in ours.finditer(text)]
    # The wrapper gives an empty match at the very end twice.
    assert places == list(dict.fromkeys((m.start(), m.end(), m[0]) for m in theirs.finditer(text)))
    assert len(ours.findall(text)) == len(places)
    assert set(ours.findall(text)) == set(theirs.findall(text))


@given(TEXTS)
def test_every_match_is_replaced(text: str) -> None:
    assert compiled(r"[éx]").sub("-", text) == text.replace("é", "-").replace("x", "-")
    assert compiled(r"\d").sub(lambda found: f"<{found[0]}>", text) == text.replace("7", "<7>")


def test_half_a_surrogate_pair_stops_nothing() -> None:
    found = compiled(r"(\d+)$").search("\udc80 line 42")
    assert found is not None
    assert (found[1], found.start()) == ("42", 7)
    assert compiled(r"x").sub("y", "\ud800x") == "\ud800y"
