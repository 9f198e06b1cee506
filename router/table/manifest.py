"""What a table was made from, and whether any of it has changed; the standard library alone."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

READ_LIMIT = 16 * 1024 * 1024
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_LINK_ERRORS = frozenset({errno.ELOOP, errno.EMLINK})
_MISSING = frozenset({errno.ENOENT, errno.ENOTDIR})


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


def look_at_file(path: str) -> SeenFile:
    """A file's state now."""
    try:
        return _seen(path, _content(path, _NO_FOLLOW))
    except OSError as cause:
        if cause.errno in _LINK_ERRORS:
            return _seen(path, _followed(path), _target(path))
        return SeenFile(path, cause.errno not in _MISSING, "")
    except ValueError:
        return SeenFile(path, False, "")


def saw_file(path: str, data: bytes) -> SeenFile:
    """The state of a file that `data` was just read from, whatever has become of it since."""
    return _seen(path, data, _target(path))


def look_at_folder(folder: str, pattern: str) -> SeenGlob:
    """The names in a folder that match a pattern; hidden files only when the pattern begins with a dot."""
    try:
        found = os.listdir(folder)  # noqa: PTH208 pathlib costs more than the reading
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


def _seen(path: str, content: bytes | None, link: str = "") -> SeenFile:
    return SeenFile(path, True, "" if content is None else hashlib.sha256(content).hexdigest(), link)


def _content(path: str, extra: int = 0) -> bytes | None:
    """The bytes of a regular file in as few system calls as it takes, None for anything else; a pipe is never waited for."""
    handle = os.open(path, _READ | extra)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None
        return os.read(handle, min(status.st_size, READ_LIMIT) + 1)
    finally:
        os.close(handle)


def _followed(path: str) -> bytes | None:
    try:
        return _content(path)
    except OSError:
        return None


def _target(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115 pathlib costs more than the reading
    except (OSError, ValueError):
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
