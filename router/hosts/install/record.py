"""What was done to one file: kept in the user's folder until it is undone."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from router.base.failures import DamagedFileError
from router.base.files import write_atomically
from router.hosts.install.edit import Change


@dataclass(frozen=True, slots=True)
class Done:
    """A change and the host it was made for."""

    host: str
    change: Change


@dataclass(frozen=True, slots=True)
class Record:
    """A file's bytes before our changes (None: it was not there), the digest of what we wrote, the changes in order.

    `folders` are those made for the file, the innermost first.
    """

    file: Path
    original: bytes | None
    written: str
    done: tuple[Done, ...]
    folders: tuple[Path, ...] = ()


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class Records:
    """The records in a folder, one file each; a copy of every original lies beside them, to be found by people."""

    def __init__(self, user: Path) -> None:
        self._records = user / "installed"
        self._backups = user / "backups"

    def get(self, file: Path) -> Record | None:
        """The record of a file; raises `DamagedFileError` when it is not what we wrote."""
        path = self._path(file)
        return _read(path) if path.is_file() else None

    def all(self) -> Iterator[Record]:
        """Every record, ordered by file name."""
        for path in sorted(self._records.glob("*.json")) if self._records.is_dir() else ():
            yield _read(path)

    def keep(self, record: Record) -> None:
        """Stores a record and the copy of the original."""
        if record.original is not None:
            write_atomically(self.backup(record.file), record.original)
        plain = {
            "file": str(record.file),
            "original": None if record.original is None else base64.b64encode(record.original).decode(),
            "written": record.written,
            "done": [{"host": one.host, "change": asdict(one.change)} for one in record.done],
            "folders": [str(folder) for folder in record.folders],
        }
        write_atomically(self._path(record.file), json.dumps(plain, indent=1).encode())

    def drop(self, file: Path) -> None:
        """Forgets a file; folders that are empty then go too."""
        self._path(file).unlink(missing_ok=True)
        self.backup(file).unlink(missing_ok=True)
        for folder in (self._records, self._backups):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def backup(self, file: Path) -> Path:
        """Where the copy of the original lies."""
        return self._backups / f"{_name(file)}-{file.name}"

    def _path(self, file: Path) -> Path:
        return self._records / f"{_name(file)}.json"


def _name(file: Path) -> str:
    return digest(str(file).encode("utf-8", "surrogatepass"))[:16]


def _read(path: Path) -> Record:
    try:
        plain = json.loads(path.read_bytes())
        original = plain["original"]
        return Record(
            Path(plain["file"]),
            None if original is None else base64.b64decode(original, validate=True),
            str(plain["written"]),
            tuple(Done(str(one["host"]), _change(one["change"])) for one in plain["done"]),
            tuple(Path(folder) for folder in plain["folders"]),
        )
    except (ValueError, KeyError, TypeError) as fault:
        raise DamagedFileError(str(path), f"this record of an installation cannot be read: {fault}") from None


def _change(plain: dict[str, Any]) -> Change:
    return Change(**(plain | {"path": tuple(plain["path"])}))
