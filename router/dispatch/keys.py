"""The keys and addresses of providers, and where each comes from; no key leaves by anything but `api_key`."""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import urlsplit

from router.base.pages import Page
from router.base.places import Places
from router.base.problems import Problem, Span, error
from router.dispatch import key_files
from router.dispatch.discovered import read_discovered
from router.dispatch.key_files import Line, read_config_file, read_env_file
from router.model.catalogue import Catalogue, Provider

CODEX_PATH = "CODEX_PATH"
"""The variable that says where the Codex program lies when it is not on the path."""
_MASKED = re.compile(r"\*{3}|[•…]|\.{3}|^<.*>$|^x+$|^your[-_ ].*key", re.IGNORECASE)
_SHORTEST_HIDDEN = 6
"""Characters below which a value is too common a text to be taken out of messages."""


class _Held(NamedTuple):
    value: str
    origin: str


class Keys:
    """The keys that were found, by provider. Its text, JSON and pickle hold none of them."""

    __slots__ = ("_addresses", "_configured", "_held")

    def __init__(
        self, held: Mapping[str, tuple[str, str]], addresses: Mapping[str, str], configured: Iterable[str]
    ) -> None:
        self._held = {provider: _Held(*pair) for provider, pair in held.items()}
        self._addresses = dict(addresses)
        self._configured = frozenset(configured)

    def api_key(self, provider: str) -> str | None:
        """The provider's key; None when there is none."""
        held = self._held.get(provider)
        return held.value if held else None

    def origin(self, provider: str) -> str | None:
        """Where the key comes from, such as `environment OPENAI_API_KEY` or `~/.llm-router/.env`."""
        held = self._held.get(provider)
        return held.origin if held else None

    def base_url(self, provider: str) -> str | None:
        """The provider's address without a last slash; None leaves it to the library that calls it."""
        return self._addresses.get(provider)

    def configured(self) -> frozenset[str]:
        """Providers that can be called: they have a key, or need none and were there when last looked for."""
        return self._configured

    def redact(self, text: str) -> str:
        """The text with every key in it replaced by `***`."""
        for held in self._held.values():
            if len(held.value) >= _SHORTEST_HIDDEN:
                text = text.replace(held.value, "***")
        return text

    def __repr__(self) -> str:
        return f"Keys({', '.join(sorted(self._held))})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys are not written down")


def find_keys(
    environ: Mapping[str, str],
    places: Places,
    catalogue: Catalogue,
    answering: Callable[[], Iterable[str]] | None = None,
) -> tuple[Keys, tuple[Problem, ...]]:
    """The keys of the environment, then of the user's `.env`, then of the user's `config.yaml`.

    A repository's `.env` is never read. Local providers count as configured when `answering` names them, by default
    those that answered when they were last asked for their models; nothing is asked here.
    """
    sources, problems = _sources(environ, places)
    held: dict[str, tuple[str, str]] = {}
    addresses: dict[str, str] = {}
    for provider in catalogue.providers.values():
        key, faults = _first(provider.key_variables, sources, _key_fault)
        problems += faults
        if key:
            held[provider.id] = key
        variable = provider.base_url_variable
        address, faults = _first((variable,) if variable else (), sources, _address_fault)
        problems += faults
        if address is None and provider.base_url:
            fault = _address_fault(f"base_url of {provider.id}", provider.base_url, Span.point("catalogue"))
            problems += [fault] if fault else []
            address = None if fault else (provider.base_url, "catalogue")
        if address:
            addresses[provider.id] = address[0].rstrip("/")
    present = set((answering or (lambda: _answered(places.cache, addresses)))())
    there = {p.id for p in catalogue.providers.values() if _is_there(p, held, addresses, present, environ)}
    return Keys(held, addresses, there), tuple(problems)


class _Source(NamedTuple):
    origin: Callable[[str], str]
    lines: Mapping[str, Line]
    file: str


def _sources(environ: Mapping[str, str], places: Places) -> tuple[tuple[_Source, ...], list[Problem]]:
    dotenv, config = (_shown(places.user / name, environ) for name in (".env", "config.yaml"))
    of_dotenv, faults = read_env_file(places.user / ".env", dotenv)
    of_config, more = read_config_file(places.user / "config.yaml", config)
    environment = (Line(name, value, 1) for name, value in environ.items())
    sources = (
        _Source(lambda name: f"environment {name}", {line.name: line for line in environment}, "environment"),
        _Source(lambda _: dotenv, {line.name: line for line in of_dotenv}, dotenv),
        _Source(lambda _: config, {line.name: line for line in of_config}, config),
    )
    return sources, [*faults, *more]


def _shown(path: Path, environ: Mapping[str, str]) -> str:
    home = environ.get("HOME")
    return f"~/{path.relative_to(home)}" if home and path.is_relative_to(home) else str(path)


Fault = Callable[[str, str, Span], Problem | None]


def _first(
    names: tuple[str, ...], sources: tuple[_Source, ...], fault: Fault
) -> tuple[tuple[str, str] | None, list[Problem]]:
    """The first value that can be used with its origin, and what was wrong with those before it."""
    problems: list[Problem] = []
    for line, source in _said(names, sources):
        problem = fault(line.name, line.value.strip(), Span.point(source.file, line.line))
        if problem is None:
            return (line.value.strip(), source.origin(line.name)), problems
        problems.append(problem)
    return None, problems


def _said(names: tuple[str, ...], sources: tuple[_Source, ...]) -> Iterator[tuple[Line, _Source]]:
    for source in sources:
        for name in names:
            line = source.lines.get(name)
            if line and line.value.strip():
                yield line, source


def _key_fault(name: str, value: str, place: Span) -> Problem | None:
    if _MASKED.search(value):
        return error("R702", f"`{name}` holds a masked value, not a key", place, "paste the whole key")
    if not value.isascii() or not value.isprintable() or " " in value:
        help = "a key is one word of plain characters; copy it again"
        return error("R702", f"`{name}` holds something that cannot be a key", place, help)
    return None


def _address_fault(name: str, value: str, place: Span) -> Problem | None:
    help = "write it as `https://host` or `http://localhost:port`, without a user name"
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.query or not value.isprintable() or " " in value:
        return error("R704", f"`{name}` does not hold an address that can be called", place, help)
    return None


def _answered(cache: Path, addresses: Mapping[str, str]) -> Iterator[str]:
    for provider, row in read_discovered(cache).items():
        if row.answers and row.address == addresses.get(provider):
            yield provider


def _is_there(
    provider: Provider,
    held: Mapping[str, object],
    addresses: Mapping[str, str],
    answering: set[str],
    environ: Mapping[str, str],
) -> bool:
    if provider.kind == "local":
        return provider.id in answering
    if provider.kind == "agent":
        return find_agent(provider.id, environ) is not None
    return provider.id in held or (not provider.key_variables and provider.id in addresses)


def find_agent(name: str, environ: Mapping[str, str]) -> str | None:
    """The path of a local agent's program: what `CODEX_PATH` says, else the first on the path."""
    said = environ.get(CODEX_PATH) if name == "codex" else None
    return shutil.which(said or name, path=environ.get("PATH", ""))


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
