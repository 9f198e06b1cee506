"""Paths, one a line, with or without words before them: what many share is said once."""

import re
from collections.abc import Callable, Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_PATH = re.compile(r"^(?P<folder>(?:[A-Za-z][\w -]*:? )?(?:\.{0,2}/)?(?:[^\s/:]+/)+)(?P<name>[^\s/:]+/?)$")
_BARE = re.compile(r"^(?P<folder>[A-Za-z][\w -]*: )(?P<name>[^\s/:]+)$")
_SAME_NAME = re.compile(
    r"^(?P<root>(?:\.{0,2}/)?[^\s/:]+/)(?P<middle>(?:[^\s/:]+/)*[^\s/:]+)/(?P<name>[^\s/:]+)$"
)
_LEAST = 3
_WIDE = 20


def reshape(lines: Sequence[str]) -> Reshaped:
    """Runs of three paths or more in one folder become the folder and the names; of one name, the name and the folders."""
    out: list[str] = []
    told: dict[str, str] = {}
    at = 0
    while at < len(lines):
        shared, rest = max(
            (_run(lines, at, split) for split in (_by_folder, _by_name)), key=lambda found: len(found[1])
        )
        if len(rest) >= _LEAST:
            out += [f"{shared}  {'  '.join(rest[n : n + _WIDE])}" for n in range(0, len(rest), _WIDE)]
            told |= {plain(line): left for line, left in zip(lines[at:], rest)}
            at += len(rest)
        else:
            out.append(lines[at])
            at += 1
    return Reshaped(out, told)


def _by_folder(line: str) -> tuple[str, str] | None:
    match = _PATH.match(line) or _BARE.match(line)
    return (match["folder"], match["name"]) if match else None


def _by_name(line: str) -> tuple[str, str] | None:
    match = _SAME_NAME.match(line)
    return (f"{match['root']}…/{match['name']}", match["middle"]) if match else None


def _run(
    lines: Sequence[str], at: int, split: Callable[[str], tuple[str, str] | None]
) -> tuple[str, list[str]]:
    """What the lines from `at` on share, and what is left of each."""
    rest: list[str] = []
    shared = ""
    while at < len(lines):
        found = split(lines[at][:1000])
        if found is None or (rest and found[0] != shared):
            break
        shared = found[0]
        rest.append(found[1])
        at += 1
    return shared, rest
