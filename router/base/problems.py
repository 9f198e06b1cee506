"""Faults in the user's text: values with a place, never exceptions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one file; lines and columns count from 1, the end is exclusive (one past the last character)."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def to(self, end: "Span") -> "Span":
        """From the start of this stretch to the end of another one."""
        return Span(self.file, self.line, self.column, end.end_line, end.end_column)

    @staticmethod
    def point(file: str, line: int = 1, column: int = 1) -> "Span":
        return Span(file, line, column, line, column + 1)


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that is safe to apply unasked: replace the text of ``span`` by ``text``."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A second place or fact that belongs to a problem."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in the user's text: a stable code, one line, the narrowest place, and what would do."""

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    help: str | None = None
    notes: tuple[Note, ...] = ()
    fix: Fix | None = None

    def softened(self) -> "Problem":
        """The same as a warning."""
        return replace(self, severity="warning")


def error(
    code: str, message: str, span: Span | None, help: str | None = None, *notes: Note, fix: Fix | None = None
) -> Problem:
    return Problem(code, "error", message, span, help, notes, fix)


def warning(
    code: str, message: str, span: Span | None, help: str | None = None, *notes: Note, fix: Fix | None = None
) -> Problem:
    return Problem(code, "warning", message, span, help, notes, fix)


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(p.severity == "error" for p in problems)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file and place, errors before warnings at the same place, each once."""
    unique = dict.fromkeys(problems)
    rank = {"error": 0, "warning": 1, "note": 2}
    return tuple(
        sorted(
            unique,
            key=lambda p: (
                p.span.file if p.span else "",
                p.span.line if p.span else 0,
                p.span.column if p.span else 0,
                rank[p.severity],
                p.code,
            ),
        )
    )
