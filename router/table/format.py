"""The table's file: a magic line, a digest of the rest, a JSON header, then bytes the header points into.

::

    LLMROUTERTABLE 3\\n | blake2b-128 of what follows | header length, u32 | header, JSON | blob

All integers are little-endian. Masks and the records of single rules lie in the blob and are read when a decision
first needs them, so that loading costs the same whatever the number of rules is, but for names and keys.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Any

from router.base.failures import DamagedFileError
from router.table import rowsets

FORMAT = 3
MAGIC = b"LLMROUTERTABLE 3\n"
_DIGEST = 16


class BlobWriter:
    """Collects the blob while a table is compiled."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._parts: list[bytes] = []
        self._size = 0

    def put(self, data: bytes) -> int:
        """Append bytes on a boundary of four; the offset where they lie."""
        pad = -self._size % 4
        offset = self._size + pad
        self._parts.append(b"\0" * pad + data)
        self._size = offset + len(data)
        return offset

    def mask(self, rows: Collection[int]) -> int:
        """Append a bitmap of `rows`; the offset where it lies."""
        return self.put(rowsets.to_mask(rows, self.rows).to_bytes((self.rows + 7) // 8, "little"))

    def sets(self, sets: Iterable[Collection[int]]) -> list[int]:
        """Append sets of rows; offset, and length with the sign of the form: negative for a bitmap."""
        index: list[int] = []
        for rows in sets:
            data, bitmap = rowsets.encode(rows, self.rows)
            index += [self.put(data), -len(data) if bitmap else len(data)]
        return index

    def bytes(self) -> bytes:
        return b"".join(self._parts)


def pack(header: Mapping[str, Any], blob: bytes) -> bytes:
    """The file's bytes."""
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    body = len(text).to_bytes(4, "little") + text + b"\0" * (-len(text) % 4) + blob
    return MAGIC + blake2b(body, digest_size=_DIGEST).digest() + body


def unpack(data: bytes, path: str) -> tuple[dict[str, Any], memoryview]:
    """Header and blob; `DamagedFileError` for anything that `pack` did not write."""
    start = len(MAGIC) + _DIGEST
    if not data.startswith(MAGIC):
        raise DamagedFileError(path, "not a decision table of this version")
    body = memoryview(data)[start:]
    if blake2b(body, digest_size=_DIGEST).digest() != data[len(MAGIC) : start]:
        raise DamagedFileError(path, "its digest does not fit its content")
    size = int.from_bytes(body[:4], "little")
    header = json.loads(bytes(body[4 : 4 + size]))
    return header, body[4 + size + (-size % 4) :]
