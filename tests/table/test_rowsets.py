"""Sets of rows as integers and bytes."""

from random import Random

import pytest

from router.table.rowsets import decode, encode, lowest, members, to_mask


@pytest.mark.parametrize("count", [1, 7, 8, 9, 63, 64, 65, 1000, 20_000])
def test_what_is_encoded_is_decoded(count: int) -> None:
    rng = Random(count)
    for size in {0, 1, min(count, 30), count // 2, count}:
        rows = set(rng.sample(range(count), size))
        data, bitmap = encode(rows, count)
        mask = decode(memoryview(data), bitmap)
        assert mask == to_mask(rows, count) == sum(1 << row for row in rows)
        assert members(mask) == sorted(rows)
        assert len(data) <= (count + 7) // 8
        if rows:
            assert lowest(mask) == min(rows)


def test_few_rows_are_written_as_numbers_and_many_as_a_bitmap() -> None:
    assert encode({3, 99_999}, 100_000) == ((3).to_bytes(4, "little") + (99_999).to_bytes(4, "little"), False)
    assert encode(set(range(50_000)), 100_000)[1] is True


def test_order_does_not_matter() -> None:
    assert encode([5, 1, 9], 100_000) == encode([9, 5, 1], 100_000)
