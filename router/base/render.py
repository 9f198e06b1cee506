"""Problems shown to people and programs: text with carets, plain data, GitHub annotations, SARIF."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from router.base.pages import Page
from router.base.problems import Note, Problem, Severity, Span

_COLOURS: dict[Severity, str] = {"error": "31", "warning": "33", "note": "36"}
_LONGEST = 160
"""Characters of a source line that are shown around the fault."""
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
    r"\U000e0000-\U000e007f]"
)


def render_text(problems: Sequence[Problem], sources: Mapping[str, str], colour: bool) -> str:
    """Every problem with its place, a caret line and help, then a count; the empty text for no problems."""
    if not problems:
        return ""
    blocks = [_block(problem, sources, colour) for problem in problems]
    return "\n\n".join([*blocks, summary(problems)])


def summary(problems: Iterable[Problem]) -> str:
    """Such as `2 errors, 1 warning`."""
    counts: dict[str, int] = {}
    for problem in problems:
        counts[problem.severity] = counts.get(problem.severity, 0) + 1
    said = [
        f"{counts[s]} {s}{'s' if counts[s] > 1 else ''}" for s in ("error", "warning", "note") if s in counts
    ]
    return ", ".join(said)


def printable(text: str) -> str:
    """The text with control, invisible and direction-changing characters written out, so that it cannot act on a terminal."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _block(problem: Problem, sources: Mapping[str, str], colour: bool) -> str:
    head = f"{problem.severity}[{problem.code}]"
    head = f"\x1b[1;{_COLOURS[problem.severity]}m{head}\x1b[0m" if colour else head
    lines = [f"{head}: {printable(problem.message)}"]
    width = len(str(problem.span.line)) if problem.span else 1
    if problem.span:
        lines.append(f"{'':{width}}--> {printable(str(problem.span))}")
        lines += _excerpt(problem.span, sources, width, problem.severity, colour)
    if problem.help:
        lines.append(f"{'':{width}} = help: {printable(problem.help)}")
    lines += [_note(note, width) for note in problem.notes]
    return "\n".join(lines)


def _note(note: Note, width: int) -> str:
    place = f" ({printable(str(note.span))})" if note.span else ""
    return f"{'':{width}} = note: {printable(note.message)}{place}"


def _excerpt(
    span: Span, sources: Mapping[str, str], width: int, severity: Severity, colour: bool
) -> list[str]:
    text = sources.get(span.file)
    rows = text.split("\n") if text is not None else []
    if not 0 < span.line <= len(rows):
        return []
    row = rows[span.line - 1].removesuffix("\r")
    start = max(0, span.column - 1)
    end = span.end_column - 1 if span.end_line == span.line else len(row)
    offset = max(0, start - _LONGEST // 2)
    shown, before = row[offset : offset + _LONGEST], row[offset:start]
    marked = row[start : max(end, start + 1)][: _LONGEST - len(before)]
    carets = "^" * max(1, _width(printable(marked)))
    carets = f"\x1b[1;{_COLOURS[severity]}m{carets}\x1b[0m" if colour else carets
    lead = "..." if offset else ""
    gutter = f"{'':{width}} |"
    pad = " " * (len(lead) + _width(printable(before.expandtabs(4))))
    return [
        gutter,
        f"{span.line} | {lead}{printable(shown.expandtabs(4))}".rstrip(),
        f"{gutter} {pad}{carets}",
    ]


def _width(text: str) -> int:
    """Columns a text takes on a terminal; wide East Asian characters take two."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1
        for char in text
    )


def render_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as plain data."""
    return [
        {
            "code": problem.code,
            "severity": problem.severity,
            "message": problem.message,
            "span": _span(problem.span),
            "help": problem.help,
            "notes": [{"message": note.message, "span": _span(note.span)} for note in problem.notes],
            "fix": {"span": _span(problem.fix.span), "text": problem.fix.text} if problem.fix else None,
        }
        for problem in problems
    ]


def _span(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    return {
        "file": span.file, "line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column,
    }  # fmt: skip


def render_github(problems: Iterable[Problem]) -> str:
    """One GitHub workflow command a problem (docs.github.com, workflow commands)."""
    names = {"error": "error", "warning": "warning", "note": "notice"}
    lines = []
    for problem in problems:
        place = ""
        if problem.span:
            s = problem.span
            fields = (
                ("file", s.file),
                ("line", s.line),
                ("endLine", s.end_line),
                ("col", s.column),
                ("endColumn", s.end_column),
            )
            place = " " + ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in fields)
        message = printable(problem.message + (f" ({problem.help})" if problem.help else ""))
        lines.append(
            f"::{names[problem.severity]}{place},title={problem.code}::{_escaped(message)}"
            if place
            else f"::{names[problem.severity]} title={problem.code}::{_escaped(message)}"
        )
    return "\n".join(lines)


def _escaped(text: str, more: str = "") -> str:
    for char in ("%", "\r", "\n", *more):
        text = text.replace(char, f"%{ord(char):02X}")
    return text


def render_sarif(problems: Sequence[Problem], pages: Mapping[str, Page], version: str) -> str:
    """A SARIF 2.1.0 log (OASIS, Static Analysis Results Interchange Format, 2020)."""
    codes = sorted({problem.code for problem in problems})
    rules = [
        {"id": code, "shortDescription": {"text": pages[code].title if code in pages else code},
         "fullDescription": {"text": pages[code].why if code in pages else code}}
        for code in codes
    ]  # fmt: skip
    driver = {"name": "llm-router", "version": version, "rules": rules}
    results = [_result(problem, codes.index(problem.code)) for problem in problems]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=True)


def _result(problem: Problem, index: int) -> dict[str, Any]:
    message = problem.message + (f" ({problem.help})" if problem.help else "")
    result: dict[str, Any] = {
        "ruleId": problem.code, "ruleIndex": index, "level": problem.severity, "message": {"text": message},
    }  # fmt: skip
    if problem.span:
        result["locations"] = [_location(problem.span)]
    if problem.fix:
        deleted = _region(problem.fix.span)
        change = {"deletedRegion": deleted, "insertedContent": {"text": problem.fix.text}}
        artifact = {"artifactLocation": {"uri": _uri(problem.fix.span.file)}, "replacements": [change]}
        result["fixes"] = [{"artifactChanges": [artifact]}]
    return result


def _location(span: Span) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(span.file)}, "region": _region(span)}}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column,
    }  # fmt: skip


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path.encode("utf-8", "surrogateescape"), safe="/~.-_")


def apply_fixes(text: str, problems: Iterable[Problem]) -> tuple[str, int]:
    """The text after every fix that overlaps no earlier one, and how many were applied."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    edits = []
    for fix in {problem.fix for problem in problems if problem.fix}:
        span = fix.span
        if not (0 < span.line < len(starts) and 0 < span.end_line < len(starts)):
            continue
        edits.append(
            (
                starts[span.line - 1] + span.column - 1,
                starts[span.end_line - 1] + span.end_column - 1,
                fix.text,
            )
        )
    applied, end_of_last, parts = 0, 0, []
    for start, end, replacement in sorted(edits):
        if start < end_of_last or end > len(text):
            continue
        parts += [text[end_of_last:start], replacement]
        end_of_last, applied = end, applied + 1
    return "".join([*parts, text[end_of_last:]]), applied
