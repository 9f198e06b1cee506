"""The weights file: a checked header, the metrics card, small float vectors and the table of hashed words."""

import json
import struct
from collections.abc import Mapping
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
VERSION = 2
MAX_BITS = 24
_HEADER = struct.Struct("<8sHHII32s")
"""Magic, version, hash bits, bytes of the card, number of floats, SHA-256 of the body; the body and a CRC-32 follow."""
_CHECK = struct.Struct("<I")
"""The CRC-32 of all that stands before it."""

OUTPUTS = (*TASKS, *COMPLEXITIES, "inherit")
LANES = len(OUTPUTS)
"""A row of the table has one weight an output."""
LANE_BYTES = 2
ROW_BYTES = LANES * LANE_BYTES


@dataclass(frozen=True, slots=True)
class Weights:
    """One trained classifier.

    `table` has 2**bits rows of LANES little-endian 16-bit lanes, each row one signed number: the sum over lanes of an
    8-bit weight times 2**(16 * lane), so that adding whole rows adds all lanes at once. A lane times its `scales` entry
    is the weight.
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
    card: Mapping[str, Any]
    fingerprint: str = ""


def pack_row(lanes: list[int]) -> bytes:
    """Signed lanes, each within 8 bits, as one signed number of ROW_BYTES bytes."""
    total = sum(lane << (16 * at) for at, lane in enumerate(lanes))
    return total.to_bytes(ROW_BYTES, "little", signed=True)


def unpack_sum(total: int) -> list[int]:
    """The lanes of a sum of rows; right while every lane's own sum stays within 16 bits."""
    lanes = []
    for _ in range(LANES):
        lane = ((total + 0x8000) & 0xFFFF) - 0x8000
        lanes.append(lane)
        total = (total - lane) >> 16
    return lanes


def to_bytes(weights: Weights) -> bytes:
    """The file's content; the same weights give the same bytes."""
    card = json.dumps(dict(weights.card), ensure_ascii=True, sort_keys=True).encode("ascii")
    floats = [*weights.scales, *weights.biases, weights.inherit_from, weights.abstain_below]
    for row in weights.shapes:
        floats.extend(row)
    body = card + struct.pack(f"<{len(floats)}f", *floats) + weights.table
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
    whole = bits <= MAX_BITS and len(data) == end + (ROW_BYTES << bits) + _CHECK.size
    if (
        not whole
        or (checked
        and crc32(memoryview(data)[: -_CHECK.size]) != _CHECK.unpack_from(data, len(data) - _CHECK.size)[0])
    ):
        raise DamagedFileError(name, "cut short or altered: its checksum does not match")
    return _weights(
        bits,
        struct.unpack_from(f"<{count}f", data, at),
        data[end : -_CHECK.size],
        bytes(data[_HEADER.size : at]),
        digest.hex(),
    )


def _weights(bits: int, floats: tuple[float, ...], table: bytes | memoryview, card: bytes, fingerprint: str) -> Weights:
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
    return Weights(bits, scales, biases, shapes, inherit_from, abstain_below, table, read, fingerprint)
