"""The filters in force and which of them an output gets."""

import json
import os
import zlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from router import __version__
from router.base.shipped import shipped
from router.compress.filter import Filter, filter_from
from router.compress.invocation import Segment
from router.compress.patterns import PatternSet

if TYPE_CHECKING:
    from pathlib import Path

    from router.base.places import Places
    from router.base.problems import Problem

FORMAT = 5
MOST = 4
_HEAD_LINES = 400
_TAIL_LINES = 100


class Filters(NamedTuple):
    """All filters, the strongest first (repository, user, built-in), and what is wrong with files left out."""

    all: tuple[Filter, ...]
    problems: "tuple[Problem, ...]" = ()

    def choose(self, segments: Sequence[Segment], lines: Sequence[str]) -> tuple[Filter, ...]:
        """The filters of each program in the command line, then those whose signature the output bears."""
        chosen = [found for segment in reversed(segments) if (found := self._by_command(segment)) is not None]
        if any(item.passthrough for item in chosen):
            return tuple(item for item in chosen if item.passthrough)
        if not chosen or any(item.wraps for item in chosen):
            chosen += self._by_signature(lines)
        return tuple(dict.fromkeys(chosen))[:MOST]

    def _by_command(self, segment: Segment) -> Filter | None:
        best = max(self.all, key=lambda item: item.fits(segment), default=None)
        return best if best is not None and best.fits(segment) else None

    def _by_signature(self, lines: Sequence[str]) -> list[Filter]:
        owners, asked = _signatures(self.all)
        sample = _sample(lines)
        borne: dict[int, int] = {}
        for line in sample:
            for owner in {owners[hit] for hit in asked.hits(line)}:
                borne[owner] = borne.get(owner, 0) + 1
        return [
            self.all[owner] for owner in sorted(borne) if borne[owner] >= self.all[owner].share * len(sample)
        ]


@lru_cache(maxsize=8)
def _signatures(filters: tuple[Filter, ...]) -> tuple[list[int], PatternSet]:
    """Whose each pattern is, by number, and all patterns."""
    owners = [(number, pattern) for number, item in enumerate(filters) for pattern in item.signature]
    return [number for number, _ in owners], PatternSet(pattern for _, pattern in owners)


def _sample(lines: Sequence[str]) -> Sequence[str]:
    if len(lines) <= _HEAD_LINES + _TAIL_LINES:
        return lines
    return [*lines[:_HEAD_LINES], *lines[-_TAIL_LINES:]]


def load(places: "Places", *, cached: bool = True) -> Filters:
    """The filters for a working folder, from the compiled file when nothing changed since it was written.

    Built-in files, the user's (`filters/*.yaml` in the user's folder), and the repository's
    (`.llm-router/filters/*.yaml`) when they are trusted as they stand.
    """
    files = _files(places)
    sign, path = _compiled(places, files)
    document = _read(path, sign) if cached else None
    if document is None:
        from router.compress.filter_files import compile_to

        document = compile_to(path, {"format": FORMAT, "sign": sign}, files, trust_file(places))
    return _filters(document)


def compiled(places: "Places") -> Filters | None:
    """As `load`, for hooks, which must not compile: None when the compiled file is not there or not of these files."""
    sign, path = _compiled(places, _files(places))
    document = _read(path, sign)
    return None if document is None else _filters(document)


def _compiled(places: "Places", files: Sequence[tuple[str, str]]) -> "tuple[str, Path]":
    """What stands in a compiled file for the files it was made of, and that file."""
    sign = _sign([*(path for _, path in files), str(trust_file(places))])
    return sign, places.cache / "filters" / f"{zlib.crc32(sign.encode('utf-8', 'surrogateescape')):08x}.json"


def _filters(document: Mapping[str, Any]) -> Filters:
    loaded = tuple(filter_from(plain, origin) for origin, plain in document["filters"])
    return Filters(loaded, tuple(_problem(record) for record in document["problems"]))


def trust_file(places: "Places") -> "Path":
    """Where the digests of trusted repository filters are kept."""
    return places.user / "trusted-filters.json"


def repository_files(places: "Places") -> list[str]:
    """The filter files of the repository, trusted or not."""
    return _in(places.repo / ".llm-router" / "filters") if places.repo else []


def _files(places: "Places") -> list[tuple[str, str]]:
    """Origin and file, the strongest first."""
    return [
        *(("repository", path) for path in repository_files(places)),
        *(("user", path) for path in _in(places.user / "filters")),
        *(("built-in", path) for path in _in(shipped("rules/filters"))),
    ]


def _in(folder: "Path") -> list[str]:
    try:
        return sorted(entry.path for entry in os.scandir(folder) if entry.name.endswith(".yaml"))
    except OSError:
        return []


def _sign(paths: Sequence[str]) -> str:
    """Changes with every file's place, time and size, with the trust given, and with this version."""
    parts = [__version__]
    for path in paths:
        try:
            state = os.stat(path)  # noqa: PTH116 - thirty files in the hook's time
            parts.append(f"{path} {state.st_mtime_ns} {state.st_size} {state.st_ino}")
        except OSError:
            parts.append(f"{path} -")
    return "\n".join(parts)


def _read(path: "Path", sign: str) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    usable = isinstance(document, dict) and document.get("format") == FORMAT and document.get("sign") == sign
    return document if usable else None


def _problem(record: Mapping[str, Any]) -> "Problem":
    from router.base.problems import Problem, Span

    place = record["place"]
    span = Span.point(place[0], place[1], place[2]) if place else None
    return Problem(record["code"], record["severity"], record["message"], span, record["help"])
