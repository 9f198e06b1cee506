"""The keys and addresses of providers, and where each comes from; no key leaves by anything but `api_key`."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

from router.base.places import Places
from router.base.problems import Problem, Span
from router.dispatch.discovered import read_discovered
from router.dispatch.key_sources import Source, address_fault, first_of, key_fault, sources_of
from router.model.catalogue import Catalogue, Provider

CODEX_PATH = "CODEX_PATH"
"""The variable that says where the Codex program lies when it is not on the path."""
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
    sources, problems = sources_of(environ, places)
    held: dict[str, tuple[str, str]] = {}
    addresses: dict[str, str] = {}
    for provider in catalogue.providers.values():
        key, faults = first_of(provider.key_variables, sources, key_fault)
        address, more = _address(provider, sources)
        problems += (*faults, *more)
        if key:
            held[provider.id] = key
        if address:
            addresses[provider.id] = address.rstrip("/")
    present = set((answering or (lambda: _answered(places.cache, addresses)))())
    there = {p.id for p in catalogue.providers.values() if _is_there(p, held, addresses, present, environ)}
    return Keys(held, addresses, there), tuple(problems)


def _address(provider: Provider, sources: tuple[Source, ...]) -> tuple[str | None, list[Problem]]:
    """Where the provider was moved to, else where the catalogue says it is."""
    names = (provider.base_url_variable,) if provider.base_url_variable else ()
    found, problems = first_of(names, sources, address_fault)
    if found or not provider.base_url:
        return found[0] if found else None, problems
    fault = address_fault(f"base_url of {provider.id}", provider.base_url, Span.point("catalogue"))
    return (None, [*problems, fault]) if fault else (provider.base_url, problems)


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
