"""The raw outputs that were shortened, kept so that nothing is lost: private files under one folder, limited in age and size."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from router.base.clock import Clock, system_clock
from router.base.places import Places

MAX_AGE_DAYS = 7
MAX_BYTES = 256 * 1024 * 1024
ID_CHARS = 8
_SUFFIX = ".raw"
_PRUNE_EVERY = 16


def raw_folder(places: Places) -> Path:
    """Where raw outputs are kept."""
    return places.user / "raw"


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One stored output; `bytes` is the size of the output itself."""

    id: str
    command: str
    exit_code: int | None
    at: datetime
    bytes: int


class RawStore:
    """Stored outputs by id. The id is a checksum of command and output, so storing the same again stores nothing new."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock = system_clock,
        max_age_days: float = MAX_AGE_DAYS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.folder = folder
        self._clock = clock
        self._max_age = timedelta(days=max_age_days)
        self._max_bytes = max_bytes

    def put(self, command: str, text: str, exit_code: int | None) -> str:
        """Store an output durably; its id. Raises `OSError` when it cannot be written."""
        from router.base.files import write_atomically

        body = _bytes(text)
        checksum = zlib.crc32(body, zlib.crc32(command.encode("utf-8", "replace")))
        name = self._free(f"{checksum:0{ID_CHARS}x}", command, body)
        head = {
            "command": command,
            "exit_code": exit_code,
            "at": self._clock().isoformat(),
            "bytes": len(body),
        }
        line = json.dumps(head, ensure_ascii=True).encode("ascii")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(self.folder / f"{name}{_SUFFIX}", line + b"\n" + body)
        if checksum % _PRUNE_EVERY == 0:
            self.prune()
        return name

    def _free(self, name: str, command: str, body: bytes) -> str:
        """The id, made longer while another output has it."""
        path = self.folder / f"{name}{_SUFFIX}"
        while path.exists() and not (
            (entry := _entry(path)) and entry.command == command and self.get(name) == body
        ):
            name += "0"
            path = self.folder / f"{name}{_SUFFIX}"
        return name

    def get(self, name: str) -> bytes | None:
        """The output as it was, or None when there is none of that id."""
        path = self._path(name)
        if path is None or not path.is_file():
            return None
        return path.read_bytes().partition(b"\n")[2]

    def entries(self) -> list[RawEntry]:
        """What is stored, the newest first; files that are none of ours are passed over."""
        found = [entry for path in self._files() if (entry := _entry(path)) is not None]
        return sorted(found, key=lambda entry: entry.at, reverse=True)

    def prune(self, *, everything: bool = False) -> list[str]:
        """Remove what is too old, then the oldest until the rest fits; the ids removed."""
        oldest = self._clock() - self._max_age
        removed, kept = [], 0
        for entry in self.entries():
            kept += entry.bytes
            if everything or entry.at < oldest or kept > self._max_bytes:
                (self.folder / f"{entry.id}{_SUFFIX}").unlink(missing_ok=True)
                removed.append(entry.id)
        return removed

    def _files(self) -> Iterator[Path]:
        # Not `glob`: a hook's paths have none.
        found = self.folder.iterdir() if self.folder.is_dir() else ()
        return (path for path in found if path.suffix == _SUFFIX)

    def _path(self, name: str) -> Path | None:
        usable = name.isascii() and name.isalnum() and len(name) <= 64
        return self.folder / f"{name}{_SUFFIX}" if usable else None


def _bytes(text: str) -> bytes:
    """The bytes a text was read from; of a lone surrogate that no byte was read as, its own three."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _entry(path: Path) -> RawEntry | None:
    try:
        with path.open("rb") as handle:
            head = json.loads(handle.readline(1 << 16))
        return RawEntry(
            path.stem, head["command"], head["exit_code"], datetime.fromisoformat(head["at"]), head["bytes"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
