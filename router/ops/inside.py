"""Files that a tool may touch: inside the client's folders, and none that hold keys."""

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from router.base.failures import UsageError
from router.base.render import printable
from router.ops.operation import Surroundings

MOST_BYTES = 64 * 1024
MOST_FILES = 5_000
_SECRET = (".env", ".env.*", "*.pem", "*.key", "*.p12", "*.pfx", "id_rsa*", "id_ed25519*", "id_ecdsa*", ".netrc", ".npmrc", ".pypirc", ".git-credentials", "credentials.json", ".credentials.json")
_SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".mypy_cache", ".pytest_cache", ".ruff_cache", "target", "dist", "build", ".llm-router"})  # fmt: skip


def roots_in(around: Surroundings) -> tuple[Path, ...]:
    """The client's folders, resolved; of the command line the working folder."""
    return tuple(root.resolve() for root in (around.roots or (around.cwd,)))


def inside(text: str, around: Surroundings) -> Path:
    """The resolved path inside the client's folders; raises `UsageError` for one that leads out or may hold keys."""
    shown = printable(text[:120])
    if not text or any(ord(character) < 32 for character in text) or len(text) > 4_096:
        raise UsageError(f"`{shown}` is no path")
    roots = roots_in(around)
    path = Path(os.path.normpath(roots[0] / text))
    try:
        real = path.resolve()
    except (OSError, RuntimeError):
        raise UsageError(f"`{shown}` cannot be resolved") from None
    if not any(real.is_relative_to(root) for root in roots):
        raise UsageError(f"`{shown}` is outside the folders this client works in")
    if _is_secret(real):
        raise UsageError(f"`{shown}` may hold keys, or belongs to Git: it is left alone")
    return real


def _is_secret(path: Path) -> bool:
    return ".git" in path.parts or any(fnmatch(path.name.lower(), pattern) for pattern in _SECRET)


def read_inside(text: str, around: Surroundings, most: int = MOST_BYTES) -> tuple[Path, str]:
    """A text file inside the client's folders; raises `UsageError` for anything else."""
    path = inside(text, around)
    shown = printable(text[:120])
    if not path.is_file():
        raise UsageError(f"`{shown}` is no file")
    with path.open("rb") as handle:
        data = handle.read(most + 1)
    if len(data) > most:
        raise UsageError(f"`{shown}` has more than {most // 1024} KiB")
    try:
        return path, data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"`{shown}` is not UTF-8 text") from None


def files_below(folder: Path, most: int = MOST_FILES) -> tuple[list[str], bool]:
    """Files below a folder, relative and sorted, and whether there are more; links and tools' folders are passed over."""
    found: list[str] = []
    for path in _walk(folder):
        if len(found) == most:
            return sorted(found), True
        found.append(path.relative_to(folder).as_posix())
    return sorted(found), False


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(files):
            path = Path(place, name)
            if not path.is_symlink() and not _is_secret(path) and name.isprintable():
                yield path


def listing(files: list[str], most_characters: int = 12_000) -> str:
    """As many of the paths as fit, evenly chosen, one a line."""
    total = sum(len(path) + 1 for path in files)
    step = max(1, -(-total // most_characters))
    shown = files[::step]
    return "\n".join(shown) + (f"\n… every {step}th of {len(files)} files" if step > 1 else "")
