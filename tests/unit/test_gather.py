"""From a request to facts."""

from datetime import datetime
from typing import Any

import pytest

from router.engine.gather import BUCKETS, bucket_of, gather, language_of, normal_path, token_estimate
from router.model.request import Request

NOON = datetime(2026, 3, 8, 12, 30)


def facts(**fields: Any) -> dict[str, Any]:
    return dict(gather(Request(**{"prompt": "x", "now": NOON, **fields})))


def test_what_is_not_sent_is_unknown() -> None:
    assert set(facts()) == {"prompt", "prompt.tokens", "hour", "weekday", "date", "agent"}


@pytest.mark.parametrize(
    ("now", "hour", "weekday"),
    [
        (datetime(2026, 3, 8, 0, 0), 0, "sun"),
        (datetime(2026, 3, 8, 23, 59, 59), 23, "sun"),
        (datetime(2026, 3, 9, 0, 0), 0, "mon"),
        (datetime(2024, 2, 29, 6, 1), 6, "thu"),
    ],
)
def test_hour_weekday_and_date_are_the_local_ones(now: datetime, hour: int, weekday: str) -> None:
    found = facts(now=now)
    assert (found["hour"], found["weekday"], found["date"]) == (hour, weekday, now.date().toordinal())


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("数" * 8, 2)])
def test_tokens_are_a_quarter_of_the_characters_rounded_up(text: str, tokens: int) -> None:
    assert token_estimate(text) == tokens == facts(prompt=text)["prompt.tokens"]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("src/a.py", "src/a.py"),
        ("./src/a.py", "src/a.py"),
        ("src//a.py", "src/a.py"),
        ("src\\pay\\a.py", "src/pay/a.py"),
        ("src/x/../a.py", "src/a.py"),
        ("a/b/../../c", "c"),
        ("../a", "../a"),
        ("../../a", "../../a"),
        ("x/../../a", "../a"),
        ("src/", "src"),
        (".", ""),
        ("", ""),
    ],
)
def test_paths_are_normal(given: str, path: str) -> None:
    assert normal_path(given) == path
    assert facts(paths=(given,))["path"] == (path,)


def test_no_files_are_known_to_be_none() -> None:
    assert facts(paths=())["path"] == ()


@pytest.mark.parametrize(
    ("paths", "language"),
    [
        (("a.py",), "python"),
        (("a.PY",), "python"),
        (("a.unheard", "b.rs"), "rust"),
        (("Makefile",), None),
        ((), None),
        (("py",), None),
        ((".py",), None),
        (("x.d/a",), None),
    ],
)
def test_language_is_that_of_the_first_known_ending(paths: tuple[str, ...], language: str | None) -> None:
    assert language_of(paths) == language == facts(paths=paths).get("language")


def test_language_that_is_sent_goes_before_the_paths() -> None:
    assert facts(paths=("a.py",), language="sql")["language"] == "sql"


def test_bucket_is_the_same_on_every_machine() -> None:
    # blake2b with 8 bytes of "session-1", big-endian, modulo 10,000.
    from hashlib import blake2b

    assert bucket_of("session-1") == int(blake2b(b"session-1", digest_size=8).hexdigest(), 16) % 10_000
    assert facts(session="session-1")["bucket"] == bucket_of("session-1")
    assert "bucket" not in facts(session=None)
    assert 0 <= bucket_of("\ud800") < BUCKETS


def test_given_facts_go_before_what_was_gathered_and_nan_is_unknown() -> None:
    found = facts(
        given={"hour": 3, "pressure(openai)": float("nan"), "spend(total)/day": 2.0, "branch": None}
    )
    assert found["hour"] == 3 and found["spend(total)/day"] == 2.0
    assert "pressure(openai)" not in found and "branch" not in found
