"""Text to nodes: items are found by their first word at a line's start and parsed one by one, so one mistake spoils one item."""

import gc
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from lark import Lark

from router.base.problems import Note, Problem, Span, error, in_order
from router.base.shipped import shipped
from router.policy.nodes import Comment, Item, PolicyFile, Word
from router.policy.parse.builder import Builder, Header
from router.policy.parse.characters import suspicious_characters
from router.policy.parse.diagnose import diagnose
from router.policy.parse.drive import Driver

MAX_CHARS = 4 * 1024 * 1024
MAX_ITEMS = 25_000
MAX_NESTING = 64
MAX_PROBLEMS = 200

_ITEM = re.compile(
    r"^(?:(?:policy|let|rule|todo(?:\s|#[^\n]*\n)+test|todo|test)(?![\w.-])"
    # What is indented may also be a value in a list, so there the next word counts too.
    r'|[ \t]+(?:rule(?![\w.-])|let\s+[\w.-]+\s*=|(?:todo[ \t]+)?test\s*"|policy\s+[\w.-]+\s+version(?![\w.-])))',
    re.MULTILINE,
)
_COMMENT_OR_STRING = re.compile(r'"(?:[^"\\\n]++|\\.)*+"?|(#[^\n]*)')
_DEPTH = re.compile(r'"(?:[^"\\\n]++|\\.)*+"?|#[^\n]*|[()]|\bnot\b|\b\w+\b')


@cache
def _parser() -> tuple[Driver, Builder]:
    builder = Builder()
    grammar = shipped("grammar/policy.lark").read_text(encoding="utf-8")
    lark = Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        start="item",
        maybe_placeholders=False,
    )
    return Driver(lark, "item", builder), builder


def parse_policy(text: str, file: str) -> tuple[PolicyFile, tuple[Problem, ...]]:
    """The nodes of a rule file and every mistake in it; items with mistakes are left out. Never raises."""
    if len(text) > MAX_CHARS:
        return PolicyFile(file), (_too_large(file, f"{len(text):,} characters", f"{MAX_CHARS:,}"),)
    starts = [match.start() for match in _ITEM.finditer(text)]
    if len(starts) > MAX_ITEMS:
        return PolicyFile(file), (_too_large(file, f"{len(starts):,} items", f"{MAX_ITEMS:,}"),)
    # Collecting garbage while a million live nodes are made costs more than all the parsing.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _parse_items(text, file, starts)
    finally:
        if collecting:
            gc.enable()


def _too_large(file: str, found: str, limit: str) -> Problem:
    return error(
        "R111", f"the file is too large: {found}, at most {limit} are read", Span.point(file), "split it"
    )


def _parse_items(text: str, file: str, starts: list[int]) -> tuple[PolicyFile, tuple[Problem, ...]]:
    items: list[Item] = []
    problems: list[Problem] = list(suspicious_characters(text, file))
    hidden = [problem.span for problem in problems if problem.code == "R601" and problem.span]
    header: Header | None = None
    for chunk, line in _chunks(text, starts):
        found, faults = _parse_item(chunk, file, line)
        # A hidden character that is told as such is not told again as a word that fits nothing.
        problems += [fault for fault in faults if not _at_one_of(hidden, fault.span)]
        if isinstance(found, Header) and header is not None:
            problems.append(_second_header(header, found))
        elif isinstance(found, Header):
            header = found
        elif found is not None:
            items.append(found)
        if len(problems) >= MAX_PROBLEMS:
            break
    name: Word | None = header.name if header else None
    version = header.version if header else None
    comments = tuple(find_comments(text, file)) if "#" in text else ()
    return PolicyFile(file, tuple(items), name, version, comments), in_order(problems)


def _at_one_of(places: list[Span], span: Span | None) -> bool:
    return span is not None and any(
        place.line == span.line and span.column <= place.column < span.end_column for place in places
    )


def _second_header(first: Header, second: Header) -> Problem:
    note = Note("the first stands here", first.name.span)
    message = "`policy` stands twice in one file"
    return error("R110", message, second.name.span, "a file has one name and version: delete one", note)


def _chunks(text: str, starts: list[int]) -> Iterator[tuple[str, int]]:
    """Each item's text with the number of lines before it."""
    line = 0
    bounds = [0, *starts, len(text)] if not starts or starts[0] > 0 else [*starts, len(text)]
    for start, end in pairwise(bounds):
        chunk = text[start:end]
        if start == 0 and (not starts or starts[0] > 0):
            if _COMMENT_OR_STRING.sub(lambda m: "" if m[1] else m[0], chunk).strip():
                yield chunk, line
        else:
            yield chunk, line
        line += chunk.count("\n")


def _parse_item(chunk: str, file: str, line: int) -> tuple[Item | Header | None, list[Problem]]:
    deep = _too_deep(chunk, file, line)
    if deep:
        return None, [deep]
    driver, builder = _parser()
    builder.file, builder.lines, builder.problems = file, line, []
    node = driver.run(chunk)
    if node is None:
        return None, [_fault(driver, chunk, file, line)]
    problems = builder.problems
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return node, problems


def _fault(driver: Driver, chunk: str, file: str, line: int) -> Problem:
    at, expected = driver.fault(chunk)
    # What ends too early lacks something behind its last word, wherever the file ends.
    at = len(chunk.rstrip()) if at >= len(chunk) else at
    return diagnose(at, {name.lstrip("_") for name in expected}, chunk, file, line)


def _too_deep(chunk: str, file: str, line: int) -> Problem | None:
    """Nesting is bounded before anything recursive sees it."""
    if chunk.count("(") + chunk.count("not") <= MAX_NESTING:
        return None
    depth = nots = 0
    for match in _DEPTH.finditer(chunk):
        token = match[0]
        depth += (token == "(") - (token == ")")
        nots = nots + 1 if token == "not" else nots if token == "(" else 0
        if depth > MAX_NESTING or nots > MAX_NESTING:
            row = chunk.count("\n", 0, match.start())
            column = match.start() - (chunk.rfind("\n", 0, match.start()) + 1) + 1
            span = Span(file, line + row + 1, column, line + row + 1, column + len(token))
            return error(
                "R109",
                f"the condition is nested more than {MAX_NESTING} deep",
                span,
                "name its parts with `let`",
            )
    return None


def find_comments(text: str, file: str) -> Iterator[Comment]:
    """Every comment of a file, in order."""
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for match in _COMMENT_OR_STRING.finditer(text):
        if match[1] is None:
            continue
        at = match.start()
        row = bisect_right(line_starts, at) - 1
        column = at - line_starts[row] + 1
        own_line = not text[line_starts[row] : at].strip()
        span = Span(file, row + 1, column, row + 1, column + len(match[1]))
        yield Comment(match[1][1:].strip(), span, own_line)


__all__ = ["MAX_CHARS", "MAX_ITEMS", "MAX_NESTING", "find_comments", "parse_policy"]
