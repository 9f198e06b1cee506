"""What has the form of a secret or of personal data is masked, and nothing else changes."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from router.base.redaction import REDACTABLE, redact

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/abc==\nxyz\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"use this:\n{KEY}\nthanks", "use this:\n[secret redacted]\nthanks"),
        ("OPENAI_API_KEY=sk-proj-abcdefghijklmnop1234", "OPENAI_API_KEY=[secret redacted]"),
        ("aws AKIAIOSFODNN7EXAMPLE now", "aws [secret redacted] now"),
        ("password: hunter2secret, user: bob", "password: [secret redacted], user: bob"),
        ("db at postgres://me:s3cr3t@db.example/x", "db at postgres://me:[secret redacted]@db.example/x"),
        ("Authorization: Bearer abcdef123456789", "Authorization: Bearer [secret redacted]"),
        ('{"client_secret": "q8w7e6r5t4"}', '{"client_secret": "[secret redacted]"}'),
        ("git push https://x:ghp_abcdefghijklmnopqrstuv@github.com/a/b", "git push https://x:[secret redacted]@github.com/a/b"),
    ],
)  # fmt: skip
def test_secrets_are_masked(text: str, masked: str) -> None:
    assert redact(text, ["secrets"]).text == masked


@pytest.mark.parametrize(
    ("kind", "text", "masked"),
    [
        ("emails", "ask ann.b+c@mail.example.org today", "ask [email redacted] today"),
        ("phones", "call +49 30 1234567 or 555-867-5309", "call [phone redacted] or [phone redacted]"),
        ("phones", "call (415) 867-5309 now", "call [phone redacted] now"),
        ("numbers", "card 4111 1111 1111 1111, year 2026", "card [number redacted], year 2026"),
        ("numbers", "IBAN DE89 3704 0044 0532 0130 00.", "IBAN [number redacted]."),
    ],
)
def test_personal_data_are_masked_by_kind(kind: str, text: str, masked: str) -> None:
    assert redact(text, [kind]).text == masked
    assert redact(text, []).text == text


@pytest.mark.parametrize(
    "text",
    [
        "write a function that counts tokens per user",
        "why does tests/test_auth.py fail with KeyError: 'token'",
        "bump version 1.2.3 to 1.3.0 on 2026-11-25 at 12:30",
        "def password_strength(value): return len(value)",
        "the secret of good tests is honesty",
    ],
)
def test_ordinary_prompts_stay_as_they_are(text: str) -> None:
    assert redact(text, REDACTABLE) == (text, {})


@given(st.text(st.characters()))
def test_masking_twice_masks_no_more(text: str) -> None:
    once = redact(text, REDACTABLE)
    assert redact(once.text, REDACTABLE).text == once.text


def test_hostile_text_is_masked_in_linear_time() -> None:
    text = "password=" * 100_000 + "0 " * 200_000 + "a@" * 100_000
    assert len(redact(text, REDACTABLE).text) > 0
    assert re2.__name__ == "re2"
