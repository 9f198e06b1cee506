"""Where a setting of a provider may stand, in order, and which value of it can be used."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from router.base.pages import Page
from router.base.places import Places
from router.base.problems import Problem, Span, error
from router.dispatch import key_files
from router.dispatch.key_files import Line, read_config_file, read_env_file

_MASKED = re.compile(r"\*{3}|[•…]|\.{3}|^<.*>$|^x+$|^your[-_ ].*key", re.IGNORECASE)


class Source(NamedTuple):
    """One place: `origin` says in words where a name of it stands, `lines` holds its settings by name."""

    origin: Callable[[str], str]
    lines: Mapping[str, Line]
    file: str


def sources_of(environ: Mapping[str, str], places: Places) -> tuple[tuple[Source, ...], list[Problem]]:
    """The environment, the user's `.env`, the user's `config.yaml`, and what is wrong with the files."""
    dotenv, config = (_shown(places.user / name, environ) for name in (".env", "config.yaml"))
    of_dotenv, faults = read_env_file(places.user / ".env", dotenv)
    of_config, more = read_config_file(places.user / "config.yaml", config)
    environment = (Line(name, value, 1) for name, value in environ.items())
    sources = (
        Source(lambda name: f"environment {name}", {line.name: line for line in environment}, "environment"),
        Source(lambda _: dotenv, {line.name: line for line in of_dotenv}, dotenv),
        Source(lambda _: config, {line.name: line for line in of_config}, config),
    )
    return sources, [*faults, *more]


def _shown(path: Path, environ: Mapping[str, str]) -> str:
    home = environ.get("HOME")
    return f"~/{path.relative_to(home)}" if home and path.is_relative_to(home) else str(path)


Fault = Callable[[str, str, Span], Problem | None]
"""A name, its value and its place -> why the value cannot be used."""


def first_of(
    names: tuple[str, ...], sources: tuple[Source, ...], fault: Fault
) -> tuple[tuple[str, str] | None, list[Problem]]:
    """The first value that can be used with its origin, and what was wrong with those before it."""
    problems: list[Problem] = []
    for line, source in _said(names, sources):
        problem = fault(line.name, line.value.strip(), Span.point(source.file, line.line))
        if problem is None:
            return (line.value.strip(), source.origin(line.name)), problems
        problems.append(problem)
    return None, problems


def _said(names: tuple[str, ...], sources: tuple[Source, ...]) -> Iterator[tuple[Line, Source]]:
    for source in sources:
        for name in names:
            line = source.lines.get(name)
            if line and line.value.strip():
                yield line, source


def key_fault(name: str, value: str, place: Span) -> Problem | None:
    """Why the value cannot be a key; the message never holds it."""
    if _MASKED.search(value):
        return error("R702", f"`{name}` holds a masked value, not a key", place, "paste the whole key")
    if not value.isascii() or not value.isprintable() or " " in value:
        help = "a key is one word of plain characters; copy it again"
        return error("R702", f"`{name}` holds something that cannot be a key", place, help)
    return None


def address_fault(name: str, value: str, place: Span) -> Problem | None:
    """Why the value cannot be called; the message never holds it, for it may hold a password."""
    help = "write it as `https://host` or `http://localhost:port`, without a user name"
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.query or not value.isprintable() or " " in value:
        return error("R704", f"`{name}` does not hold an address that can be called", place, help)
    return None


PAGES = (
    *key_files.PAGES,
    Page(
        code="R702",
        title="a value that is no key",
        why="A key copied from a page that hides its middle would be sent, refused by the provider, and read as an outage.",
        bad="`OPENAI_API_KEY=sk-***` in the environment, in `.env` or in `config.yaml`",
        good="the whole key, copied when the provider's page shows it once",
        kind="file",
    ),
    Page(
        code="R704",
        title="an address that cannot be called",
        why="A key is sent to this address, so one that is not a plain HTTP address, or hides a user name before its host, is not used.",
        bad="`OLLAMA_BASE_URL=localhost:11434`",
        good="`OLLAMA_BASE_URL=http://localhost:11434`",
        kind="file",
    ),
)
