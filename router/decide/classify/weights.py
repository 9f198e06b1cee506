"""The weights file: a checked header, the metrics card, small float vectors and the table of hashed words."""

import json
import struct
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32

from router.base.failures import DamagedFileError
from router.model.terms import JUDGED_COMPLEXITIES as COMPLEXITIES
from router.model.terms import TASKS

MAGIC = b"LRCLASS\0"
VERSION = 3
MAX_BITS = 24
_HEADER = struct.Struct("<8sHHII32s")
"""Magic, version, hash bits, bytes of the card, number of floats, SHA-256 of the body; the body and a CRC-32 follow."""
_CHECK = struct.Struct("<I")
"""The CRC-32 of all that stands before it."""

OUTPUTS = (*TASKS, *COMPLEXITIES, "inherit")
LANES = len(OUTPUTS)
"""A row of the table has one weight an output."""
ROW_BYTES = LANES
ZERO = 128
"""The byte of a weight of 0."""
MARK_SHIFT = 24
"""A row's mark is what a code has above these bits."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One trained classifier.

    A code's row in `table` is its low `bits`. Each row belongs to one code at most, whose highest byte stands in `marks`:
    another code of that row was not trained on and counts for nothing. A row is one byte a lane; the byte less ZERO, times
    the lane's `scales` entry, is the weight.
    """

    bits: int
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    shapes: tuple[tuple[float, ...], ...]
    """For each output, a weight for each number of `shape`."""
    inherit_from: float
    """Least inherit probability of a follow-up."""
    abstain_below: float
    table: bytes | memoryview
    marks: bytes
    card: Mapping[str, Any]
    fingerprint: str = ""

    def rows_of(self, codes: Iterable[int]) -> set[int]:
        """The rows that belong to these codes."""
        mask, marks = (1 << self.bits) - 1, self.marks
        return {row for code in codes if marks[row := code & mask] == code >> MARK_SHIFT}


def lane_sums(table: bytes | memoryview, rows: Collection[int]) -> list[int]:
    """The sum of each lane over the given rows of the table."""
    joined = b"".join([table[row * ROW_BYTES : (row + 1) * ROW_BYTES] for row in rows])
    zero = ZERO * len(rows)
    return [sum(joined[lane::ROW_BYTES]) - zero for lane in range(LANES)]


def to_bytes(weights: Weights) -> bytes:
    """The file's content; the same weights give the same bytes."""
    card = json.dumps(dict(weights.card), ensure_ascii=True, sort_keys=True).encode("ascii")
    floats = [*weights.scales, *weights.biases, weights.inherit_from, weights.abstain_below]
    for row in weights.shapes:
        floats.extend(row)
    body = card + struct.pack(f"<{len(floats)}f", *floats) + weights.table + weights.marks
    header = _HEADER.pack(MAGIC, VERSION, weights.bits, len(card), len(floats), sha256(body).digest())
    return header + body + _CHECK.pack(crc32(body, crc32(header)))


def read_weights(path: Path, *, checked: bool = True) -> Weights:
    """The weights in a file. Raises DamagedFileError when they are not whole, OSError when unreadable.

    Not `checked`, the file is mapped and only what is asked for is read; of damage only a wrong size is then noticed.
    """
    if checked:
        return from_bytes(path.read_bytes(), str(path))
    from mmap import ACCESS_READ, mmap

    with path.open("rb") as handle:
        mapped = memoryview(mmap(handle.fileno(), 0, access=ACCESS_READ))
    return from_bytes(mapped, str(path), checked=False)


def from_bytes(data: bytes | memoryview, name: str, *, checked: bool = True) -> Weights:
    """The weights in a file's content; `name` is what an error calls it. Raises DamagedFileError."""
    if len(data) < _HEADER.size or data[: len(MAGIC)] != MAGIC:
        raise DamagedFileError(name, "not a file of classifier weights")
    _, version, bits, card_size, count, digest = _HEADER.unpack_from(data)
    if version != VERSION:
        raise DamagedFileError(
            name, f"format {version}, this program reads {VERSION}: run `llm-router train`"
        )
    at = _HEADER.size + card_size
    end = at + 4 * count
    # CRC-32 and not the SHA-256 is what loading checks: a hundredth of the time, and the file is ours.
    whole = bits <= MAX_BITS and len(data) == end + (ROW_BYTES + 1 << bits) + _CHECK.size
    if not whole or (
        checked
        and crc32(memoryview(data)[: -_CHECK.size]) != _CHECK.unpack_from(data, len(data) - _CHECK.size)[0]
    ):
        raise DamagedFileError(name, "cut short or altered: its checksum does not match")
    return _weights(
        bits,
        struct.unpack_from(f"<{count}f", data, at),
        data[end : end + (ROW_BYTES << bits)],
        bytes(data[end + (ROW_BYTES << bits) : -_CHECK.size]),
        bytes(data[_HEADER.size : at]),
        digest.hex(),
    )


def _weights(
    bits: int,
    floats: tuple[float, ...],
    table: bytes | memoryview,
    marks: bytes,
    card: bytes,
    fingerprint: str,
) -> Weights:
    outputs = len(OUTPUTS)
    scales, rest = floats[:LANES], floats[LANES:]
    biases, (inherit_from, abstain_below), rest = (
        rest[:outputs],
        rest[outputs : outputs + 2],
        rest[outputs + 2 :],
    )
    width = len(rest) // outputs
    shapes = tuple(rest[at * width : (at + 1) * width] for at in range(outputs))
    read: Mapping[str, Any] = MappingProxyType(json.loads(card))
    return Weights(bits, scales, biases, shapes, inherit_from, abstain_below, table, marks, read, fingerprint)
