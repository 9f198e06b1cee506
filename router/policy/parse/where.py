"""An item's text, and where a place in it lies in its file."""

import re
from functools import cached_property

from router.base.problems import Span

LONGEST = 60
"""How much of the user's words a message repeats."""
_NOT_CODE = re.compile(r'r?"(?:[^"\\\n]++|\\.)*+"?|#[^\n]*')


def shown(text: str) -> str:
    """The user's words, cut so that a message stays one line."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


class Where:
    """An item's text and where it lies in its file."""

    def __init__(self, text: str, file: str, lines: int) -> None:
        self.text = text
        self.file = file
        self.lines = lines

    def span(self, start: int, end: int) -> Span:
        row = self.text.count("\n", 0, start)
        column = start - (self.text.rfind("\n", 0, start) + 1) + 1
        line = self.lines + row + 1
        return Span(self.file, line, column, line, column + max(1, end - start))

    @cached_property
    def code(self) -> str:
        """The text with comments and what stands in quotes blotted out."""
        return _NOT_CODE.sub(lambda m: " " * len(m[0]) if m[0][0] == "#" else "_" * len(m[0]), self.text)

    def word(self, at: int) -> str:
        found = re.compile(r'[\w-]+|"(?:[^"\\\n]++|\\.)*+"|[^\s\w]').match(self.text, at)
        return found[0] if found else ""

    def begins_line(self, at: int) -> bool:
        return at == 0 or self.text[at - 1] == "\n"

    def word_before(self, at: int) -> tuple[int, str]:
        """Where the last word before a place begins, and the word."""
        end = len(self.code[:at].rstrip())
        start = end
        while start > 0 and not re.match(r"[\s,()]", self.code[start - 1]):
            start -= 1
        return start, self.text[start:end]

    def before(self, at: int) -> str:
        """The user's words on the line before a place."""
        return shown(self.text[self.text.rfind("\n", 0, at) + 1 : at].strip())

    def is_code(self, start: int, end: int) -> bool:
        """Whether a stretch begins outside comments and quotes, or is itself the quoted text."""
        return (
            not self.text[start:end].strip()
            or self.code[start] == self.text[start]
            or self.text[start] == '"'
        )
