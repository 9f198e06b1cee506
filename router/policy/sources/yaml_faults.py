"""What is wrong with text as YAML, in our words: syntax, tabs, invisible characters."""

import re
import unicodedata

import yaml

from router.base.pages import Page
from router.base.problems import Problem, Span, error

_HIDDEN = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    "|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_MAX_HIDDEN = 20

_SYNTAX: tuple[tuple[str, str, str | None], ...] = (
    (
        "mapping values are not allowed",
        "a second `:` follows a value on this line",
        "quote the value, or begin a new line",
    ),
    ("could not find expected ':'", "a key without `:` stands here", "write `key: value`"),
    ("did not find expected key", "a key was expected here", "keys of one map begin in the same column"),
    (
        "did not find expected '-' indicator",
        "an item `- …` was expected here",
        "items of one list begin in the same column",
    ),
    (
        "did not find expected ',' or ']'",
        "the list opened by `[` is not closed",
        "separate items by `,` and end with `]`",
    ),
    (
        "did not find expected ',' or '}'",
        "the map opened by `{` is not closed",
        "separate entries by `,` and end with `}`",
    ),
    ("found unexpected end of stream", "the quotation mark is never closed", None),
    ("found unexpected document indicator", "the quotation mark is never closed", None),
    ("did not find expected node content", "a value was expected here", None),
    ("block sequence entries are not allowed", "a list cannot begin here", "put `- …` on a line of its own"),
    ("did not find expected <document start>", "nothing may follow the end of the document", None),
    (
        "found unknown escape character",
        "this escape is unknown",
        "use single quotes, or write `\\\\` for one `\\`",
    ),
    (
        "found unknown directive name",
        "a line that begins with `%` is a directive YAML does not know",
        "quote it",
    ),
    ("found undefined tag handle", "the tag is refused: a policy holds plain values", "remove it"),
    ("unexpected indentation", "this line is indented further than its neighbours", None),
    ("wrong indentation", "this line's indentation fits no line above it", None),
)
_CANNOT_START = {
    "\t": ("a tab stands where spaces are needed", "indent with spaces"),
    "@": ("a value cannot begin with `@`", 'quote it: `"@budget"`'),
    "`": ("a value cannot begin with a backquote", "quote it, or remove the backquotes"),
    "%": ("a value cannot begin with `%`", "quote it"),
}
_AT_CONTEXT: tuple[str, ...] = (
    "unexpected end of stream",
    "',' or ']'",
    "',' or '}'",
    "unexpected document indicator",
)


def faults_of_text(text: str, file: str) -> tuple[Problem, ...]:
    """Characters that no policy file may hold, because they cannot be seen or reorder what is seen."""
    found = []
    for hit in _HIDDEN.finditer(text):
        line = text.count("\n", 0, hit.start()) + 1
        place = Span.point(file, line, hit.start() - text.rfind("\n", 0, hit.start()))
        sign = hit.group()
        name = unicodedata.name(sign, "control character").lower()
        message = f"the invisible character U+{ord(sign):04X} ({name}) stands here"
        found.append(error("R212", message, place, "remove it"))
        if len(found) == _MAX_HIDDEN:
            break
    return tuple(found)


def syntax_problem(cause: yaml.YAMLError, text: str, file: str) -> Problem:
    """The YAML reader's complaint as one of ours, at the place where the fault begins."""
    if not isinstance(cause, yaml.MarkedYAMLError):
        return error("R201", "this is not YAML text", Span.point(file))
    said = cause.problem or ""
    mark = cause.problem_mark
    if cause.context_mark is not None and any(part in said for part in _AT_CONTEXT):
        mark = cause.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    message, help = _words(said, _sign(text, line, column), text.split("\n")[line - 1 : line])
    return error("R201", message, Span.point(file, line, column), help)


def _words(said: str, sign: str, line: list[str]) -> tuple[str, str | None]:
    if line and line[0].lstrip(" ").startswith("\t"):
        return _CANNOT_START["\t"]
    if "cannot start any token" in said:
        return _CANNOT_START.get(sign, (f"a value cannot begin with `{sign}`", "quote it"))
    for part, message, help in _SYNTAX:
        if part in said:
            return message, help
    return "the YAML cannot be read here", None


def _sign(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    return lines[line - 1][column - 1 : column] if line <= len(lines) else ""


PAGES = (
    Page(
        code="R201",
        title="the file is not YAML",
        why="Nothing after the fault can be read, so the whole layer is left out until it is mended.",
        bad="block_providers: [openai\n",
        good="block_providers: [openai]\n",
        kind="repo.yml",
    ),
    Page(
        code="R212",
        title="an invisible character",
        why="A character that cannot be seen, or that turns the order of the others round, makes a reviewer read another policy than the one that counts.",
        bad="profile: budget # \u202e muimerp :eliforp\n",
        good="profile: budget\n",
        kind="repo.yml",
    ),
)
