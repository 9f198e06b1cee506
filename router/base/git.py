"""What a Git checkout says of itself, read from its files without starting Git."""

import re
from pathlib import Path

_REMOTE = re.compile(r"[:/]([^/:\s]+/[^/\s]+?)(?:\.git)?/?$")
_MAX_BYTES = 65_536


def git_folder(repo: Path) -> Path | None:
    """The folder with `HEAD`: `.git` itself, or where a worktree's `.git` file points."""
    entry = repo / ".git"
    if entry.is_dir():
        return entry
    text = _read(entry)
    if text is None or not text.startswith("gitdir:"):
        return None
    try:
        folder = (repo / text.removeprefix("gitdir:").strip()).resolve()
        return folder if folder.is_dir() else None
    except (OSError, ValueError, RuntimeError):
        return None


def branch_of(repo: Path) -> str | None:
    """The branch that is checked out; None when HEAD is detached or unreadable."""
    folder = git_folder(repo)
    head = _read(folder / "HEAD") if folder else None
    if head is None or not head.startswith("ref: refs/heads/"):
        return None
    return head.removeprefix("ref: refs/heads/").strip() or None


def name_of(repo: Path) -> str:
    """`owner/name` from the remote `origin`, else the folder's name."""
    folder = git_folder(repo)
    config = _read(_common(folder) / "config") if folder else None
    if config:
        section = config.partition('[remote "origin"]')[2].partition("\n[")[0]
        for line in section.splitlines():
            key, _, value = line.partition("=")
            found = _REMOTE.search(value.strip()) if key.strip() == "url" else None
            if found:
                return found[1]
    return repo.name


def _common(folder: Path) -> Path:
    text = _read(folder / "commondir")
    try:
        return (folder / text.strip()).resolve() if text else folder
    except (OSError, ValueError, RuntimeError):
        return folder


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as handle:
            return handle.read(_MAX_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return None
