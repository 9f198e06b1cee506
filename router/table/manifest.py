"""What a table was made from, and whether any of it has changed; the standard library alone."""

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

READ_LIMIT = 16 * 1024 * 1024


class SeenFile(NamedTuple):
    """One file as it was read: `sha256` is empty when it is missing or cannot be read; `link` is a symbolic link's target."""

    path: str
    exists: bool
    sha256: str
    link: str = ""


class SeenGlob(NamedTuple):
    """The names that a pattern matched in one folder, sorted; `real` is the folder with symbolic links resolved."""

    folder: str
    pattern: str
    names: tuple[str, ...]
    real: str = ""


class Manifest(NamedTuple):
    """Everything outside the package that decides what the policy says.

    `variables` are environment variables with their values (None when unset), `prefixes` the beginnings of
    further names that count. `refresh_after`: the time (seconds since 1970) from which an organisation's
    fetched policy is due for another look; None when nothing is fetched. It is no part of the state.
    """

    files: tuple[SeenFile, ...] = ()
    globs: tuple[SeenGlob, ...] = ()
    variables: tuple[tuple[str, str | None], ...] = ()
    prefixes: tuple[str, ...] = ()
    refresh_after: float | None = None


def recorded_state(manifest: Manifest) -> str:
    """The fingerprint of what the manifest recorded, in hexadecimal."""
    return _fingerprint(manifest.files, manifest.globs, manifest.variables)


def manifest_state(manifest: Manifest, environ: Mapping[str, str]) -> str:
    """The fingerprint of the same files, patterns and variables as they are now; equal to `recorded_state` when nothing changed."""
    return _fingerprint(
        (look_at_file(seen.path) for seen in manifest.files),
        (look_at_folder(seen.folder, seen.pattern) for seen in manifest.globs),
        look_at_variables((name for name, _ in manifest.variables), manifest.prefixes, environ),
    )


def changed(manifest: Manifest, environ: Mapping[str, str]) -> bool:
    """Whether anything the table was made from is different now."""
    return manifest_state(manifest, environ) != recorded_state(manifest)


def look_at_file(path: str, data: bytes | None = None) -> SeenFile:
    """A file's state now, or its state with the `data` that was just read from it."""
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return SeenFile(path, False, "")
    link = _target(path) if stat.S_ISLNK(mode) else ""
    content = _content(path) if data is None else data
    return SeenFile(path, True, "" if content is None else hashlib.sha256(content).hexdigest(), link)


def look_at_folder(folder: str, pattern: str) -> SeenGlob:
    """The names in a folder that match a pattern; hidden files only when the pattern begins with a dot."""
    try:
        found = os.listdir(folder)  # noqa: PTH208 as below
    except (OSError, ValueError):
        return SeenGlob(folder, pattern, ())
    hidden = pattern.startswith(".")
    names = sorted(n for n in found if fnmatchcase(n, pattern) and (hidden or not n.startswith(".")))
    return SeenGlob(folder, pattern, tuple(names), os.path.realpath(folder))


def look_at_variables(
    names: Iterable[str], prefixes: tuple[str, ...], environ: Mapping[str, str]
) -> tuple[tuple[str, str | None], ...]:
    """The named variables and every other one that begins with a prefix, sorted by name."""
    wanted = dict.fromkeys(name for name in names if not name.startswith(prefixes or "\0"))
    values: dict[str, str | None] = {name: environ.get(name) for name in wanted}
    if prefixes:
        values |= {name: value for name, value in environ.items() if name.startswith(prefixes)}
    return tuple(sorted(values.items()))


def manifest_to_plain(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON can hold it."""
    return manifest._asdict()


def manifest_from_plain(plain: Mapping[str, Any]) -> Manifest:
    """The manifest that `manifest_to_plain` gave; raises KeyError, TypeError or ValueError on anything else."""
    return Manifest(
        files=tuple(SeenFile(*row) for row in plain["files"]),
        globs=tuple(SeenGlob(row[0], row[1], tuple(row[2]), *row[3:]) for row in plain["globs"]),
        variables=tuple((name, value) for name, value in plain["variables"]),
        prefixes=tuple(plain["prefixes"]),
        refresh_after=plain["refresh_after"],
    )


def _content(path: str) -> bytes | None:
    """The bytes of a regular file; a pipe or a device is never opened, it would block for ever."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 pathlib costs more than the reading
            return None
        with open(path, "rb") as handle:  # noqa: PTH123
            return handle.read(READ_LIMIT + 1)
    except (OSError, ValueError):
        return None


def _target(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115
    except OSError:
        return ""


def _fingerprint(
    files: Iterable[SeenFile],
    globs: Iterable[SeenGlob],
    variables: Iterable[tuple[str, str | None]],
) -> str:
    state = (sorted(files), sorted(globs), sorted(variables, key=lambda pair: pair[0]))
    return hashlib.sha256(
        repr([[tuple(row) for row in part] for part in state]).encode("utf-8", "surrogatepass")
    ).hexdigest()
