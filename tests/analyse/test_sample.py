"""Texts for regular expressions."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from router.analyse.sample import sample


@pytest.mark.parametrize(
    "pattern",
    [
        r"BEGIN (RSA|EC) PRIVATE KEY", r"(?i)\btodo\b", r"\d{3}-\d{2,4}", r"^fix\b", r"[A-Z]{2}[^abc]+x?",
        r"(?P<n>a|b)+c", r"sk-[a-zA-Z0-9]{20,}", r"(?:a|b)*?end", r"[[:alpha:]]+z", r"\pLx", r"[]a]", r"\.env$",
        r"x{2}y{,3}", r"(?s:.)\n", r"[\d-]+", r"(a(b(c)))|d", r"\[\(\{", r"[^\s]-[\w.]+@", "naïve|x", "", "a|",
    ],
)  # fmt: skip
def test_sample_of_an_expression_matches_it(pattern: str) -> None:
    assert re2.search(pattern, sample(pattern)) is not None


@pytest.mark.parametrize(
    "pattern", ["(" * 5000, "[", "a{", "\\", "(?", "[[:", "((x{99}){99}){99}", "\\p{", ")" * 9]
)
def test_odd_expressions_end_in_a_short_text(pattern: str) -> None:
    assert len(sample(pattern)) <= 1000


@given(pattern=st.text("ab()[]{}|*+?\\:^-$.,1pP<", max_size=16))
def test_any_text_has_a_sample(pattern: str) -> None:
    assert len(sample(pattern)) <= 1000
