"""The spool: a file that records wait in until the store takes them; standard library only, since hooks write it.

Many processes append and any of them may be killed at any point, while drains take the file away. A line counts once
`append` has returned: from then on exactly one drain's transaction gets it into the store.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from router.base.failures import StoreError

FILE = "spool.jsonl"
_TAKEN = ".draining"
_MOST_TRIES = 100


class SpoolError(StoreError):
    """Not even the spool takes the record: its folder is read-only or its disk is full."""


class Spool:
    """The spool in a folder; nothing is touched before the first use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / FILE

    def append(self, kind: str, body: Mapping[str, Any]) -> str:
        """Keeps one record and gives the id under which it gets into the store; raises `SpoolError`.

        One write holds the whole line. It begins with a line end, so that what a killed writer left torn swallows
        nothing. When a drain took the file away meanwhile the line may have come too late for it and is written
        again, under the same id, of which the store takes one.
        """
        return self.append_all([(kind, body)])[0]

    def append_all(self, lines: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
        """Keeps several records, kind and body, in one write, so that they come together; their ids in order."""
        ids = [os.urandom(16).hex() for _ in lines]
        texts = [
            json.dumps({"id": id, "kind": kind, "body": body}, separators=(",", ":"))
            for id, (kind, body) in zip(ids, lines)
        ]
        data = "".join(f"\n{text}\n" for text in texts).encode("ascii")
        try:
            for _ in range(_MOST_TRIES):
                if self._written(data):
                    return ids
        except OSError as cause:
            raise SpoolError(f"the spool {self._path} takes nothing: {cause.strerror}", "full") from cause
        raise SpoolError(f"the spool {self._path} is taken away again and again", "locked")

    def offer(self, kind: str, body: Mapping[str, Any]) -> bool:
        """As `append`, for callers that go on whatever happens; says whether the record is kept."""
        try:
            self.append(kind, body)
        except SpoolError:
            return False
        return True

    def waiting(self) -> bool:
        """Whether there may be something to drain."""
        with suppress(OSError), os.scandir(self.folder) as entries:
            return any(
                entry.name.endswith(_TAKEN) or (entry.name == FILE and entry.stat().st_size > 0) for entry in entries
            )
        return False

    def take(self, now: int) -> tuple[Path, ...]:
        """Takes the present file away at `now` (UTC microseconds) and gives every file there is to drain, oldest first."""
        name = f"spool.{now:020d}.{os.urandom(4).hex()}{_TAKEN}"
        with suppress(FileNotFoundError):
            self._path.rename(self.folder / name)
        return self.taken()

    def taken(self) -> tuple[Path, ...]:
        """Files that were taken away and are not drained yet, perhaps by a drain that was killed."""
        return tuple(sorted(self.folder.glob(f"spool.*{_TAKEN}")))

    def reject(self, line: bytes) -> None:
        """Keeps a line that no store will ever take aside, for a person to look at."""
        handle = _opened(self.folder / "spool.rejected")
        try:
            os.write(handle, line + b"\n")
        finally:
            os.close(handle)

    def _written(self, data: bytes) -> bool:
        """Whether the line stands in the file that the next drain takes."""
        handle = self._open()
        try:
            if os.write(handle, data) != len(data):
                raise OSError(28, "no space left on the device")
            mine = os.fstat(handle)
            try:
                there = self._path.stat()
            except FileNotFoundError:
                return False
            return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)
        finally:
            os.close(handle)

    def _open(self) -> int:
        try:
            return _opened(self._path)
        except FileNotFoundError:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return _opened(self._path)


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
