"""What is told of an error: one line, without keys and without the prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.dispatch.reasons import call_failed, safe_line

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="…*"), min_size=1, max_size=200)
KEYS = st.text(st.sampled_from("abcdefghijkmnopqrstuvwxyzABCDEFGH0123456789"), min_size=12, max_size=60)


@given(WORDS, WORDS, WORDS)
def test_no_part_of_the_prompt_of_sixteen_characters_is_told(before: str, prompt: str, after: str) -> None:
    line = safe_line(f"{before} {prompt} {after}", (), (prompt,))
    flat = " ".join(prompt.replace("\\n", " ").replace("\\t", " ").replace('\\"', '"').split())
    assert not [start for start in range(len(flat) - 15) if flat[start : start + 16] in line]


@given(WORDS, KEYS, WORDS)
def test_no_key_is_told(before: str, key: str, after: str) -> None:
    assert key not in safe_line(f"{before} {key} {after}", (key,), ())


@given(st.text(max_size=2000), WORDS)
def test_it_is_one_line_of_bounded_length(text: str, prompt: str) -> None:
    line = safe_line(text, (), (prompt,))
    assert len(line) <= 300
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    "key",
    [
        "sk-proj-abcdefgh12345678", "sk-ant-api03-abcdefgh12345678", "AIzaSyA1234567890abcdefg", "gsk_abcdefgh12345678",
        "xai-abcdefgh12345678", "pplx-abcdefgh12345678", "r8_abcdefgh12345678",
    ],
)  # fmt: skip
def test_keys_of_others_are_taken_out_by_their_shape(key: str) -> None:
    assert safe_line(f"the key {key} is wrong", (), ()) == "the key *** is wrong"


def test_a_short_prompt_is_taken_out_whole() -> None:
    assert safe_line("cannot say `open sesame` to you", (), ("open sesame",)) == "cannot say `…` to you"


def test_names_of_exceptions_are_left_out() -> None:
    text = "litellm.BadRequestError: OpenAIException - no such thing. Handle with `litellm.BadRequestError`."
    assert safe_line(text, (), ()) == "no such thing"


@pytest.mark.parametrize(
    ("error", "begun", "failure"),
    [
        (ConnectionResetError("reset"), False, "connection"),
        (ConnectionResetError("reset"), True, "truncated"),
        (TimeoutError(), False, "timeout"),
        (OSError("no route"), False, "connection"),
        (KeyError("choices"), False, "unknown"),
    ],
)
def test_what_is_no_answer_of_a_provider_is_told_apart_too(
    error: Exception, begun: bool, failure: str
) -> None:
    assert call_failed(error, (), (), begun).failure == failure


def test_an_error_without_words_is_told_by_its_name() -> None:
    assert call_failed(TimeoutError(), (), (), False).text == "TimeoutError"
