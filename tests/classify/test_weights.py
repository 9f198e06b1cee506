"""A weights file that is cut, altered or of another format is refused with a reason."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.base.failures import DamagedFileError
from router.decide.classify import load_classifier
from router.decide.classify.weights import (
    LANES,
    MAGIC,
    MARK_SHIFT,
    OUTPUTS,
    ZERO,
    Weights,
    from_bytes,
    lane_sums,
    to_bytes,
)

LANE = st.lists(st.integers(-127, 127), min_size=LANES, max_size=LANES)


@pytest.mark.parametrize("keep", [0, 4, 40, 200, 5000, -1])
def test_a_cut_file_is_refused(trained: Path, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(trained.read_bytes()[:keep])
    with pytest.raises(DamagedFileError) as caught:
        load_classifier(path)
    assert caught.value.path == str(path)


@pytest.mark.parametrize("at", [0, 8, 10, 14, 20, 60, 300, 100_000, -1])
def test_one_altered_byte_is_refused(trained: Path, at: int) -> None:
    data = bytearray(trained.read_bytes())
    data[at] ^= 0x41
    with pytest.raises(DamagedFileError):
        from_bytes(bytes(data), "weights.bin")


def test_more_than_the_file_is_refused(trained: Path) -> None:
    with pytest.raises(DamagedFileError):
        from_bytes(trained.read_bytes() + b"\0", "weights.bin")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(data: bytes) -> None:
    for content in (data, MAGIC + data):
        with pytest.raises(DamagedFileError):
            from_bytes(content, "weights.bin")


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        load_classifier(tmp_path / "none.bin")


def test_written_again_it_is_the_same(trained: Path) -> None:
    data = trained.read_bytes()
    assert to_bytes(from_bytes(data, "weights.bin")) == data


@given(st.lists(LANE, min_size=1, max_size=200))
def test_adding_rows_adds_lanes(rows: list[list[int]]) -> None:
    table = bytes(lane + ZERO for row in rows for lane in row)
    assert lane_sums(table, range(len(rows))) == [sum(lane) for lane in zip(*rows)]
    assert lane_sums(memoryview(table), [len(rows) - 1]) == rows[-1]
    assert lane_sums(table, []) == [0] * LANES


def test_a_row_belongs_to_the_code_of_its_mark() -> None:
    marks = bytes([0, 7, 9, 0])
    rows = Weights(2, (), (), (), 0.5, 0.1, bytes([ZERO]) * 4 * len(OUTPUTS), marks, {})
    owned, stranger, elsewhere = 7 << MARK_SHIFT | 1, 8 << MARK_SHIFT | 1, 9 << MARK_SHIFT | 6
    assert rows.rows_of([owned, stranger, elsewhere]) == {1, 2}
    assert rows.rows_of([stranger]) == set()
