"""Reading text with limits and writing files atomically."""

import os
import stat
from pathlib import Path

from router.base.pages import Page
from router.base.problems import Problem, Span, error

MAX_TEXT_BYTES = 16 * 1024 * 1024


def read_policy_bytes(
    path: Path, shown: str | None = None, *, max_bytes: int = MAX_TEXT_BYTES
) -> tuple[bytes | None, Problem | None]:
    """The file's bytes, or the problem that kept them from being read.

    Only regular files are opened: a device or a pipe named as a policy would block for ever.
    """
    name = shown or str(path)
    place = Span.point(name)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return None, error("R001", f"`{name}` is a directory, a file was expected", place)
        if not stat.S_ISREG(mode):
            return None, error("R001", f"`{name}` is not a regular file", place)
        with path.open("rb") as handle:
            data = handle.read(max_bytes + 1)
    except FileNotFoundError:
        return None, error("R001", f"`{name}` does not exist", place)
    except (OSError, ValueError) as cause:
        reason = getattr(cause, "strerror", None) or str(cause)
        return None, error("R001", f"`{name}` cannot be read: {reason}", place)
    if len(data) > max_bytes:
        return None, error(
            "R002",
            f"`{name}` is larger than {max_bytes // (1024 * 1024)} MiB",
            place,
            "split it, or generate fewer rules",
        )
    return data, None


def read_policy_text(
    path: Path, shown: str | None = None, *, max_bytes: int = MAX_TEXT_BYTES
) -> tuple[str | None, Problem | None]:
    """The file's text, or the problem that kept it from being read."""
    data, problem = read_policy_bytes(path, shown, max_bytes=max_bytes)
    return (None, problem) if data is None else decode(data, shown or str(path))


def decode(data: bytes, name: str) -> tuple[str | None, Problem | None]:
    """UTF-8 text with line ends made `\\n`; anything else is a problem at the first bad byte."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = data.count(b"\n", 0, bad.start) + 1
        return None, error("R003", f"`{name}` is not UTF-8 text (byte {bad.start})", Span.point(name, line))
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return None, error(
            "R003", f"`{name}` holds a NUL character and looks like binary data", Span.point(name, line)
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), None


def write_atomically(path: Path, data: bytes, *, mode: int = 0o600, durably: bool = True) -> None:
    """Write a file so that a reader sees the old or the new content, never a part; folders are made 0700.

    Without `durably` a machine that loses power may come back with either, or with none.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.parent / f".{path.name}.{os.urandom(8).hex()}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if durably:
                os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        # Once it has taken its place there is nothing of that name left to remove.
        temporary.unlink(missing_ok=True)


PAGES = (
    Page(
        code="R001",
        title="a file cannot be read",
        why="A policy that is named but not there, is a folder or a device, or may not be opened, is not the policy its author believes to be in force.",
        bad="`rules` names `policies/teams.rules`, and there is no such file",
        good="the file is there and its owner may read it",
        kind="file",
    ),
    Page(
        code="R002",
        title="a file is too large",
        why="Reading stays within fixed bounds of time and memory, whatever a cloned repository holds.",
        bad="one rule file of 20 MiB, or a `.llm-router.yml` of 2 MiB",
        good="rule files of at most 16 MiB, YAML files of at most 1 MiB",
        kind="file",
    ),
    Page(
        code="R003",
        title="a file is not UTF-8 text",
        why="Bytes that are no text cannot be a policy; another encoding would make names look right and compare wrong.",
        bad="a rule file saved as UTF-16, or an image named `.llm-router.yml`",
        good="the file saved as UTF-8",
        kind="file",
    ),
)
