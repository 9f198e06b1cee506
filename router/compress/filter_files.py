"""Filter files: read, checked against their schema and for patterns RE2 takes, before they are compiled to plain data."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from router.base.files import read_policy_text, write_atomically
from router.base.pages import Page
from router.base.problems import Problem, Span, error, warning
from router.base.shipped import shipped
from router.compress.reshape import NAMES

MAX_BYTES = 256 * 1024
_PATTERN_LISTS = ("signature", "drop", "drop_sure", "keep", "facts")


def compile_to(
    path: Path, head: Mapping[str, Any], files: Sequence[tuple[str, str]], trust: Path
) -> dict[str, Any]:
    """The compiled document of all files, written to `path` where that can be."""
    trusted = trusted_digests(trust)
    filters: list[tuple[str, dict[str, Any]]] = []
    problems: list[Problem] = []
    for origin, name in files:
        plain, found = read_filters(Path(name), origin, trusted if origin == "repository" else None)
        problems += found
        if plain is not None:
            filters.append((origin, plain))
    document = {**head, "filters": filters, "problems": [_record(problem) for problem in problems]}
    with suppress(OSError):
        write_atomically(path, json.dumps(document, separators=(",", ":")).encode("ascii"))
    return document


def trusted_digests(trust: Path) -> frozenset[str]:
    """The digests the user trusts; an unreadable list trusts nothing."""
    try:
        found = json.loads(trust.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return (
        frozenset(item for item in found if isinstance(item, str)) if isinstance(found, list) else frozenset()
    )


def _record(problem: Problem) -> dict[str, Any]:
    span = problem.span
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "place": [span.file, span.line, span.column] if span else None,
        "help": problem.help,
    }


def read_filters(
    path: Path, origin: str, trusted: frozenset[str] | None
) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """The plain document of one file; `trusted` holds the digests a repository's files may have."""
    text, problem = read_policy_text(path, max_bytes=MAX_BYTES)
    if text is None:
        return None, (problem,) if problem else ()
    if trusted is not None and digest(text) not in trusted:
        return None, (_untrusted(path),)
    plain, problems = check(text, str(path), built_in=origin == "built-in")
    return plain, problems


def digest(text: str) -> str:
    """What trust in a file is given to."""
    return sha256(text.encode("utf-8")).hexdigest()


def check(text: str, name: str, *, built_in: bool) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """The document of a filter's text, or what is wrong with it; a file with any fault is not used."""
    plain, problem = _parsed(text, name)
    if problem is not None:
        return None, (problem,)
    problems = [error("R741", message, Span.point(name)) for message in _faults(plain, built_in)]
    return (None, tuple(problems)) if problems else (plain, ())


def _parsed(text: str, name: str) -> tuple[Any, Problem | None]:
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), None
    except (yaml.YAMLError, RecursionError, ValueError) as cause:
        mark = getattr(cause, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = getattr(cause, "problem", None) or "it cannot be read"
        return None, error("R741", f"not a filter: {reason}", Span.point(name, line))


def _faults(plain: Any, built_in: bool) -> Iterator[str]:
    found = [
        f"{_where(fault.absolute_path)}{fault.message[:200]}" for fault in _validator().iter_errors(plain)
    ]
    if found:
        yield from found[:10]
        return
    for name in plain.get("reshape", ()):
        if name not in NAMES:
            yield f"reshape: `{name}` is none of {', '.join(NAMES)}"
    for where, pattern in _patterns(plain):
        reason = _refused(pattern)
        if reason:
            yield f"{where}: `{pattern}` is no RE2 regular expression: {reason}"
    if not built_in and (
        plain.get("drop_sure") or any(part.get("sure") for part in plain.get("sections", ()))
    ):
        yield "`drop_sure` and `sure` are for built-in filters: lines that look like failures stay"


def _where(path: Any) -> str:
    shown = ".".join(str(part) for part in path)
    return f"{shown}: " if shown else ""


def _patterns(plain: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in _PATTERN_LISTS:
        yield from ((key, pattern) for pattern in plain.get(key, ()))
    for section in plain.get("sections", ()):
        yield from (
            ("sections", pattern) for pattern in (section["start"], section["end"], *section.get("only", ()))
        )
    yield from (("shorten", item["find"]) for item in plain.get("shorten", ()))


def _refused(pattern: str) -> str | None:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        re2.compile(pattern, options)
    except re2.error as cause:
        return str(cause.args[0].decode() if cause.args and isinstance(cause.args[0], bytes) else cause)
    return None


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    schema = json.loads(shipped("schemas/filter.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def _untrusted(path: Path) -> Problem:
    return warning(
        "R742",
        f"`{path}` is not used: this repository's filter is not trusted as it stands",
        Span.point(str(path)),
        "read it, then run `llm-router compress --trust`",
    )


PAGES = (
    Page(
        code="R741",
        title="a filter file has a fault",
        why="A filter decides which lines of an output a model never sees, so one that is not understood in full is not used at all.",
        bad='`.llm-router/filters/tool.yaml` with a pattern RE2 does not take, an unknown key, or `to: "all good"`, which would add words',
        good="every key is in `schemas/filter.schema.json`, patterns are RE2, `to` holds groups and punctuation",
        kind="file",
    ),
    Page(
        code="R742",
        title="a repository's filter is not trusted",
        why="A cloned repository could hide lines from the model. Its filters count once you have read them; trust is given to the file's hash and ends when the file changes.",
        bad="`.llm-router/filters/tool.yaml` of a fresh clone",
        good="`llm-router compress --trust`, run after reading the file",
        kind="file",
    ),
)
