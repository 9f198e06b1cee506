"""Regular expressions that take linear time on any text (RE2: https://github.com/google/re2/wiki/Syntax)."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled RE2 expression for texts that may hold anything a Python string can."""

    _regexp: Any

    def search(self, text: str) -> bool:
        """Whether it matches somewhere in the text."""
        return self._regexp.search(_bytes(text)) is not None

    def fullmatch(self, text: str) -> bool:
        """Whether it matches the whole text."""
        return self._regexp.fullmatch(_bytes(text)) is not None

    def prefix(self, text: str) -> str | None:
        """What it matches at the text's beginning, or None."""
        found = self._regexp.match(_bytes(text))
        return None if found is None else _text(found.group())

    def findall(self, text: str) -> list[str]:
        """Everything it matches."""
        return [_text(found.group()) for found in self._regexp.finditer(_bytes(text))]


def compiled(pattern: str) -> Pattern:
    """The expression, compiled; raises `ValueError` when RE2 does not take it."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return Pattern(re2.compile(pattern.encode("utf-8"), options))
    except re2.error as cause:
        raise ValueError(f"RE2 does not take `{pattern[:60]}`: {cause}") from None


def _bytes(text: str) -> bytes:
    # Half a surrogate pair is no character, and RE2 matches nothing there, but it must not stop the rest.
    return text.encode("utf-8", "surrogatepass")


def _text(found: bytes) -> str:
    return found.decode("utf-8", "surrogatepass")
