"""The filters in force and which of them an output gets."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from router import __version__
from router.base.files import write_atomically
from router.base.places import Places
from router.base.problems import Problem, Span
from router.base.shipped import shipped
from router.compress.filter import Filter, filter_from
from router.compress.invocation import Segment
from router.compress.patterns import PatternSet

FORMAT = 1
MOST = 4
_HEAD_LINES = 400
_TAIL_LINES = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """All filters, the strongest first (repository, user, built-in), and what is wrong with files left out."""

    all: tuple[Filter, ...]
    problems: tuple[Problem, ...] = ()

    def choose(self, segments: Sequence[Segment], lines: Sequence[str]) -> tuple[Filter, ...]:
        """The filters of each program in the command line, then those whose signature the output bears."""
        chosen = [found for segment in reversed(segments) if (found := self._by_command(segment)) is not None]
        if any(item.passthrough for item in chosen):
            return tuple(item for item in chosen if item.passthrough)
        chosen += self._by_signature(lines)
        return tuple(dict.fromkeys(chosen))[:MOST]

    def _by_command(self, segment: Segment) -> Filter | None:
        best = max(self.all, key=lambda item: item.fits(segment), default=None)
        return best if best is not None and best.fits(segment) else None

    def _by_signature(self, lines: Sequence[str]) -> list[Filter]:
        owners, asked = _signatures(self.all)
        hit: set[int] = set()
        for line in _sample(lines):
            hit.update(asked.hits(line))
        return list(dict.fromkeys(owners[number][0] for number in sorted(hit)))


@lru_cache(maxsize=8)
def _signatures(filters: tuple[Filter, ...]) -> tuple[list[tuple[Filter, str]], PatternSet]:
    owners = [(item, pattern) for item in filters for pattern in item.signature]
    return owners, PatternSet(pattern for _, pattern in owners)


def _sample(lines: Sequence[str]) -> Sequence[str]:
    if len(lines) <= _HEAD_LINES + _TAIL_LINES:
        return lines
    return [*lines[:_HEAD_LINES], *lines[-_TAIL_LINES:]]


def load(places: Places, *, cached: bool = True) -> Filters:
    """The filters for a working folder, from the compiled file when nothing changed since it was written.

    Built-in files, the user's (`filters/*.yaml` in the user's folder), and the repository's
    (`.llm-router/filters/*.yaml`) when they are trusted as they stand.
    """
    files = _files(places)
    path = places.cache / "filters" / f"{_fingerprint(files, places)}.json"
    document = _read(path) if cached else None
    if document is None:
        document = _compiled(files, places)
        with suppress(OSError):
            write_atomically(path, json.dumps(document, separators=(",", ":")).encode("utf-8"))
    loaded = tuple(filter_from(plain, origin) for origin, plain in document["filters"])
    problems = tuple(_problem(record) for record in document["problems"])
    return Filters(loaded, problems)


def trust_file(places: Places) -> Path:
    """Where the digests of trusted repository filters are kept."""
    return places.user / "trusted-filters.json"


def repository_files(places: Places) -> list[Path]:
    """The filter files of the repository, trusted or not."""
    return _in(places.repo / ".llm-router" / "filters") if places.repo else []


def trusted_digests(places: Places) -> frozenset[str]:
    """The digests the user trusts; an unreadable list trusts nothing."""
    try:
        found = json.loads(trust_file(places).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(item for item in found if isinstance(item, str)) if isinstance(found, list) else frozenset()


def _files(places: Places) -> list[tuple[str, Path]]:
    """Origin and file, the strongest first."""
    return [
        *(("repository", path) for path in repository_files(places)),
        *(("user", path) for path in _in(places.user / "filters")),
        *(("built-in", path) for path in _in(shipped("rules/filters"))),
    ]


def _in(folder: Path) -> list[Path]:
    try:
        return sorted(Path(entry.path) for entry in os.scandir(folder) if entry.name.endswith(".yaml"))
    except OSError:
        return []


def _fingerprint(files: Sequence[tuple[str, Path]], places: Places) -> str:
    """Changes with every file's place, time and size, with the trust given, and with this code's format."""
    sign = blake2b(f"filters {FORMAT} {__version__}".encode(), digest_size=12)
    for path in (*(path for _, path in files), trust_file(places)):
        try:
            state = path.stat()
            sign.update(f"\0{path}\0{state.st_mtime_ns}\0{state.st_size}\0{state.st_ino}".encode("utf-8", "surrogateescape"))
        except OSError:
            sign.update(f"\0{path}\0-".encode("utf-8", "surrogateescape"))
    return sign.hexdigest()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and document.get("format") == FORMAT else None


def _compiled(files: Sequence[tuple[str, Path]], places: Places) -> dict[str, Any]:
    from router.compress.filter_files import read_filters

    trusted = trusted_digests(places)
    filters: list[tuple[str, dict[str, Any]]] = []
    problems: list[Problem] = []
    for origin, path in files:
        plain, found = read_filters(path, origin, trusted if origin == "repository" else None)
        problems += found
        if plain is not None:
            filters.append((origin, plain))
    return {"format": FORMAT, "filters": filters, "problems": [_record(problem) for problem in problems]}


def _record(problem: Problem) -> dict[str, Any]:
    span = problem.span
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "place": [span.file, span.line, span.column] if span else None,
        "help": problem.help,
    }


def _problem(record: Mapping[str, Any]) -> Problem:
    place = record["place"]
    span = Span.point(place[0], place[1], place[2]) if place else None
    return Problem(record["code"], record["severity"], record["message"], span, record["help"])
