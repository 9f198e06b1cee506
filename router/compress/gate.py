"""What is left as it is: small outputs, file bodies, data formats, anything that is not text."""

import json
from collections.abc import Sequence

from router.compress.invocation import Segment
from router.compress.patterns import Quick

MIN_CHARS = 240
"""Shorter outputs have nothing to win once the last line is added; about 80 tokens."""
MAX_CHARS = 4_000_000
MAX_LINES = 60_000
"""Larger outputs are cleaned alone, so that time and memory stay bounded."""
_BODIES = frozenset({"cat", "bat", "less", "more", "head", "tail", "sed", "awk", "jq", "yq", "xxd", "od", "hexdump", "base64", "curl", "wget", "strings", "printenv", "env", "diff"})  # fmt: skip
_SHOWN_FILE = Quick(r"^[\w./@{}^~-]+:[\w./-]+$")
_LOG = Quick(
    r"(?i)[./-](log|out|err)(\.\d+)?$|(^|/)(log|logs|output|trace)[\w.-]*$|^/var/log/|(^|/)(sys|auth|kern|mail)\.?log$"
)
_DATA = Quick(
    r"^(--?o(utput)?=?)?(json|yaml|yml|csv|tsv)$|^--?(json|output-format=json|format=json|reporter=json)$"
)
_STAMPED = Quick(r"\t\W?\d{4}-\d\d-\d\dT")
_DATED = Quick(
    r"\W{0,3}(\d{4}[-/.]?\d\d[-/.]?\d\d[T ]|\w{3} +\d+ \d\d:\d\d|\w{3} \w{3} +\d+ \d\d:|\d\d[/:.]\d\d[/:.]\d\d|\d{6} \d{6} )"
)
_ODD = 0.02


def is_large(text: str) -> bool:
    """Whether an output is too large to be looked at line by line."""
    return len(text) > MAX_CHARS or text.count("\n") > MAX_LINES or text.count("\r") > MAX_LINES


def why_untouched(segments: Sequence[Segment], text: str) -> str | None:
    """The reason for leaving an output alone, or None."""
    if len(text) < MIN_CHARS:
        return "small"
    if _binary(text):
        return "binary"
    if segments and all(_shows_data(segment) for segment in segments) and not _is_log(text):
        return "a file's body"
    return "data" if len(text) <= MAX_CHARS and is_data(text) else None


def _binary(text: str) -> bool:
    sample = text[:20_000]
    odd = (
        sample.count("\0")
        + sample.count("\ufffd")
        + sum("\udc80" <= char <= "\udcff" for char in sample if char > "\ud7ff")
    )
    return odd > _ODD * len(sample) or "\0" in sample


def _is_log(text: str) -> bool:
    """Whether most lines begin with a time, as no source file's do."""
    sample = [line for line in text[:12_000].split("\n")[:60] if line.strip()]
    return len(sample) >= 5 and sum(bool(_DATED().match(line)) for line in sample) >= 0.6 * len(sample)


def _shows_data(segment: Segment) -> bool:
    arguments = segment.arguments
    if segment.program in _BODIES:
        return not any(_LOG().search(word) for word in arguments[1:])
    if segment.words[:2] == ("git", "show") and any(_SHOWN_FILE().match(word) for word in arguments[2:]):
        return True
    return segment.words[:2] == ("git", "cat-file") or any(_DATA().match(word) for word in arguments[1:])


def is_data(text: str) -> bool:
    """Whether the whole text is one JSON value, JSON lines, or rows of comma- or tab-separated values."""
    stripped = text.strip()
    if stripped[:1] in ("{", "["):
        return _is_json(stripped)
    return _is_table_of_values([line for line in stripped[:60_000].split("\n")[:400] if line.strip()][:-1])


def _is_json(text: str) -> bool:
    for part in (text, text.partition("\n")[0]):
        try:
            json.loads(part)
        except (ValueError, RecursionError):
            continue
        return True
    return False


def _is_table_of_values(rows: Sequence[str]) -> bool:
    if len(rows) < 4:
        return False
    for mark in (",", "\t", ";"):
        count = rows[0].count(mark)
        if (
            count >= 2
            and not _STAMPED().search(rows[0])
            and sum(row.count(mark) == count for row in rows) >= 0.95 * len(rows)
            and not rows[0].startswith((" ", "\t"))
        ):
            return True
    return False
