"""Trained heads that foretell a prompt's dimension and how models will do on it; their file; the standard library alone."""

import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from operator import mul
from pathlib import Path
from typing import Any
from zlib import crc32

from router.base.failures import DamagedFileError
from router.learn.outcomes.features import BITS, COUNTED, SHAPES, features, worth
from router.model.outcomes import Foretold

FILE = "classifier/outcomes.bin"
MAGIC = b"LRHEADS\0"
VERSION = 1
ABSTAIN_BELOW = 0.5
ROWS_AT_ONCE = 256
"""Rows whose 8-bit lanes cannot overflow 16 bits when they are added."""
_HEADER = struct.Struct("<8sHI")
_CHECK = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Heads:
    """One output for each (task, dimension), then one for each model's gain.

    `table` has 2**BITS rows of 16-bit lanes, one for each output: an 8-bit weight that times its `scales` entry is the
    weight. `shapes` has for each output a weight for each number of a prompt's shape. A gain is what the model will
    score more than its cell expects; `gain_weight` is how much of it counts.
    """

    dimensions: tuple[tuple[str, str], ...]
    models: tuple[str, ...]
    scales: tuple[float, ...]
    biases: tuple[float, ...]
    shapes: tuple[tuple[float, ...], ...]
    gain_weight: float
    score_per_usd: float
    table: bytes
    card: Mapping[str, Any]

    def foretell(self, prompt: str, task: str) -> Foretold | None:
        """What is foretold of a prompt of a task; None for a task that the heads were not trained on."""
        own = [at for at, (known, _) in enumerate(self.dimensions) if known == task]
        if not own:
            return None
        scores = self.scores(prompt)
        gains: tuple[tuple[str, float], ...] = ()
        if self.gain_weight:
            found = zip(self.models, scores[len(self.dimensions) :])
            gains = tuple((model, self.gain_weight * gain) for model, gain in found)
        return Foretold(self._dimension(scores, own), gains, self.score_per_usd)

    def _dimension(self, scores: Sequence[float], own: Sequence[int]) -> str | None:
        """The likeliest dimension of the task, None where none is likelier than not."""
        top = max(own, key=lambda at: scores[at])
        sure = 1.0 / sum(exp(scores[at] - scores[top]) for at in own)
        return self.dimensions[top][1] if sure >= ABSTAIN_BELOW else None

    def scores(self, prompt: str) -> list[float]:
        """Every output for a prompt."""
        found = features(prompt)
        width = len(self.scales)
        totals = [0.0] * width
        for at, rows in enumerate(found.rows):
            if rows:
                factor = worth(at) / found.length
                totals = [t + factor * lane for t, lane in zip(totals, _sums(self.table, rows, width))]
        return [
            bias + scale * total + sum(map(mul, weights, found.shape))
            for bias, scale, total, weights in zip(self.biases, self.scales, totals, self.shapes)
        ]


def pack_row(lanes: Sequence[int]) -> bytes:
    """Signed lanes, each within 8 bits, as one signed number of two bytes a lane."""
    total = sum(lane << (16 * at) for at, lane in enumerate(lanes))
    return total.to_bytes(2 * len(lanes), "little", signed=True)


def _sums(table: bytes, rows: Sequence[int], width: int) -> list[int]:
    """The sum of each lane over the given rows."""
    size, number, sums = 2 * width, int.from_bytes, [0] * width
    for start in range(0, len(rows), ROWS_AT_ONCE):
        total = 0
        for row in rows[start : start + ROWS_AT_ONCE]:
            total += number(table[row * size : (row + 1) * size], "little", signed=True)
        for at in range(width):
            lane = ((total + 0x8000) & 0xFFFF) - 0x8000
            sums[at] += lane
            total = (total - lane) >> 16
    return sums


def to_bytes(heads: Heads) -> bytes:
    """The file's content; the same heads give the same bytes."""
    plain = {
        "bits": BITS, "counted": COUNTED, "dimensions": heads.dimensions, "models": heads.models,
        "scales": heads.scales, "biases": heads.biases, "shapes": heads.shapes, "gain_weight": heads.gain_weight,
        "score_per_usd": heads.score_per_usd, "card": dict(heads.card),
    }  # fmt: skip
    text = json.dumps(plain, ensure_ascii=True, sort_keys=True).encode("ascii")
    body = _HEADER.pack(MAGIC, VERSION, len(text)) + text + heads.table
    return body + _CHECK.pack(crc32(body))


def read_heads(path: Path) -> Heads:
    """The heads in a file. Raises DamagedFileError when they are not whole, OSError when unreadable."""
    return heads_from_bytes(path.read_bytes(), str(path))


def heads_from_bytes(data: bytes, name: str) -> Heads:
    """The heads in a file's content; `name` is what an error calls it. Raises DamagedFileError."""
    if len(data) < _HEADER.size + _CHECK.size or not data.startswith(MAGIC):
        raise DamagedFileError(name, "not a file of outcome heads")
    _, version, size = _HEADER.unpack_from(data)
    if version != VERSION:
        raise DamagedFileError(name, f"format {version}, this program reads {VERSION}: train them again")
    end = len(data) - _CHECK.size
    if crc32(memoryview(data)[:end]) != _CHECK.unpack_from(data, end)[0]:
        raise DamagedFileError(name, "cut short or altered: its checksum does not match")
    try:
        return _heads(json.loads(data[_HEADER.size : _HEADER.size + size]), data[_HEADER.size + size : end])
    except (ValueError, TypeError, KeyError):
        raise DamagedFileError(name, "made with other features: train them again") from None


def _heads(plain: Mapping[str, Any], table: bytes) -> Heads:
    outputs = len(plain["dimensions"]) + len(plain["models"])
    if {len(plain[name]) for name in ("scales", "biases", "shapes")} != {outputs}:
        raise ValueError("another number of outputs")
    if (plain["bits"], plain["counted"]) != (BITS, COUNTED) or len(table) != 2 * outputs << BITS:
        raise ValueError("other features")
    return Heads(
        tuple((task, dimension) for task, dimension in plain["dimensions"]),
        tuple(plain["models"]),
        tuple(plain["scales"]),
        tuple(plain["biases"]),
        tuple(tuple(row) for row in plain["shapes"]),
        plain["gain_weight"],
        plain["score_per_usd"],
        table,
        plain["card"],
    )


__all__ = ["FILE", "SHAPES", "Heads", "heads_from_bytes", "pack_row", "read_heads", "to_bytes"]
