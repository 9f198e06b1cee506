"""A result becomes a file: whole, of the right kind, readable by its owner only, named by chance."""

import base64
import binascii
import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import AsyncIterable, Iterable, Iterator
from pathlib import Path

from router.dispatch.media.sniff import HEAD_BYTES, Sort, sort_of
from router.dispatch.media.studio import Studio
from router.dispatch.ports import CallFailed

_DATA = re.compile(r"data:[\w.+-]+/[\w.+-]+(?:;[\w=.+-]+)*;base64,")


def check_folder(folder: Path) -> None:
    """Make the folder, 0700; raises `CallFailed` when no file could be written there, before anything is paid for."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as cause:
        raise CallFailed(
            "bad_request", f"`{folder}` cannot be written: {cause.strerror}", final=True
        ) from None


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """A disk that is full or gone is a failure of the call: what was made, and may be billed, is lost."""
    try:
        yield
    except OSError as cause:
        raise CallFailed("truncated", f"the result cannot be written: {cause.strerror}", final=True) from None


class Draft:
    """A file that is being written; it takes its place when it is whole, and leaves nothing behind otherwise."""

    def __init__(self, kind: str, studio: Studio, fallback: Sort | None = None) -> None:
        self._kind, self._studio, self._fallback = kind, studio, fallback
        self._head, self._bytes = b"", 0

    def __enter__(self) -> "Draft":
        with _told():
            handle, name = tempfile.mkstemp(prefix=".media-", dir=self._studio.folder)
        self._path, self._stream = Path(name), os.fdopen(handle, "wb")
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        """The next piece; raises `CallFailed` when the file grows too large."""
        self._bytes += len(chunk)
        if self._bytes > self._studio.max_bytes:
            raise _unusable(f"the result is larger than {self._studio.max_bytes // (1024 * 1024)} MiB")
        if len(self._head) < HEAD_BYTES:
            self._head = (self._head + chunk)[:HEAD_BYTES]
        with _told():
            self._stream.write(chunk)

    def done(self) -> Path:
        """The finished file; raises `CallFailed` for an empty one and for one of another kind."""
        if self._bytes == 0:
            raise CallFailed("empty", "the result is an empty file", final=True)
        sort = sort_of(self._head) or self._fallback
        if sort is None or sort.kind != self._kind:
            raise _unusable(f"the result is not {_ARTICLE[self._kind]}")
        path = self._studio.folder / f"{self._kind}-{secrets.token_hex(8)}.{sort.ending}"
        with _told():
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._path.replace(path)
        return path


_ARTICLE = {"image": "an image", "video": "a film", "audio": "sound"}


def _unusable(text: str) -> CallFailed:
    return CallFailed("truncated", text, final=True)


def save_bytes(data: bytes, kind: str, studio: Studio, fallback: Sort | None = None) -> Path:
    """The file of a result that came with the answer; `fallback` is the sort of what has no sign of its own."""
    with Draft(kind, studio, fallback) as draft:
        draft.write(data)
        return draft.done()


def save_base64(text: str, kind: str, studio: Studio, fallback: Sort | None = None) -> Path:
    """The file of a result in base64, with or without `data:` before it."""
    return save_bytes(decoded(text), kind, studio, fallback)


def decoded(text: str) -> bytes:
    """The bytes of base64, with or without `data:` before it; raises `CallFailed` for what is cut off."""
    try:
        return base64.b64decode(_DATA.sub("", text, count=1), validate=True)
    except (binascii.Error, ValueError):
        raise _unusable("the result is not whole base64") from None


async def save_stream(chunks: AsyncIterable[bytes], kind: str, studio: Studio) -> Path:
    """The file of a result that comes piece by piece."""
    with Draft(kind, studio) as draft:
        async for chunk in chunks:
            draft.write(chunk)
        return draft.done()


def remove(paths: Iterable[Path]) -> None:
    """Files of a call that failed after all."""
    for path in paths:
        path.unlink(missing_ok=True)
