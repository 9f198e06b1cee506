"""Text with secrets and personal data masked: by pattern alone, so what has no recognisable form stays."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

REDACTABLE = ("secrets", "emails", "phones", "numbers")
"""What can be masked; `numbers` are card, account and identity numbers: eight digits in a row or more, groups as on cards, or an IBAN."""


class Redacted(NamedTuple):
    """A text without what was masked, and how often each kind was found."""

    text: str
    found: dict[str, int]


# Each pattern masks its one group, or all of it. The order matters: a whole key block before what it holds.
_PATTERNS: dict[str, tuple[str, ...]] = {
    "secrets": (
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
        r"\b(?:sk|pk|rk)-[A-Za-z0-9_-]{16,}",
        r"\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,}",
        r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
        r"\bgh[pousr]_[A-Za-z0-9]{20,}",
        r"\bgithub_pat_[A-Za-z0-9_]{20,}",
        r"\bglpat-[A-Za-z0-9_-]{16,}",
        r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"\bAIza[A-Za-z0-9_-]{30,}",
        r"\b(?:gsk|hf|npm|pypi|xai|pplx|dop_v1|shpat)[_-][A-Za-z0-9_-]{16,}",
        r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{12,})",
        r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/:@'\"]{0,100}:([^\s/@'\"\[\]]{1,200})@",
        r"""(?i)[a-z0-9_.-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)s?['"]?\s{0,4}(?:=>|:=|=|:)\s{0,4}['"]?([^\s'",;(){}<>\[\]]{6,200})""",
    ),
    "emails": (r"\b[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}\.[A-Za-z]{2,24}\b",),
    "phones": (
        r"(?:^|[^\w.+-])(\+[1-9][0-9]{0,2}(?:[ ./-]?\(?[0-9]{1,4}\)?){2,6})(?:$|[^\w])",
        r"(?:^|[^\w.+-])(\(?0[0-9]{1,4}\)?[ /-][0-9]{2,4}(?:[ /-]?[0-9]{2,4}){1,3})(?:$|[^\w])",
        r"(?:^|[^\w.+-])(\(?[2-9][0-9]{2}\)?[ .-][2-9][0-9]{2}[ .-][0-9]{4})(?:$|[^\w])",
    ),
    "numbers": (
        r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b",
        r"\b[0-9]{3,4}(?:[ -][0-9]{3,4}){3,5}\b",
        r"\b[0-9]{4}[ -][0-9]{6}[ -][0-9]{5}\b",
        r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
        r"\b[0-9]{8,34}\b",
    ),
}  # fmt: skip


def redact(text: str, kinds: Iterable[str]) -> Redacted:
    """The text with each find of these kinds as `[kind redacted]`; kinds are of `REDACTABLE`, in any order."""
    wanted = set(kinds)
    if not text.isascii():
        # Half a character from a broken source has no UTF-8 form, which RE2 works on.
        text = text.encode("utf-8", "replace").decode("utf-8")
    found: dict[str, int] = {}
    for kind in REDACTABLE:
        if kind not in wanted:
            continue
        mask = f"[{kind.removesuffix('s')} redacted]"
        for pattern in _compiled(kind):
            text, count = _masked(text, pattern, mask)
            if count:
                found[kind] = found.get(kind, 0) + count
    return Redacted(text, found)


def _masked(text: str, pattern: Any, mask: str) -> tuple[str, int]:
    parts: list[str] = []
    at = count = 0
    group = 1 if pattern.groups else 0
    for match in pattern.finditer(text):
        start, end = match.span(group)
        parts += (text[at:start], mask)
        at, count = end, count + 1
    return ("".join((*parts, text[at:])), count) if count else (text, 0)


@cache
def _compiled(kind: str) -> tuple[Any, ...]:
    """RE2, so that no text can make it slow."""
    import re2

    options = re2.Options()
    options.log_errors = False
    return tuple(re2.compile(pattern, options) for pattern in _PATTERNS[kind])
