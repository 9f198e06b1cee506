"""The table's file."""

import pytest

from router.base.failures import DamagedFileError
from router.table.format import MAGIC, BlobWriter, pack, unpack
from router.table.table import Table


def test_header_and_blob_come_back() -> None:
    header = {"a": [1, 2.5, None, "é数\ud800"], "b": {}}
    back, blob = unpack(pack(header, b"\x00\xffdata"), "x")
    assert back == header and bytes(blob) == b"\x00\xffdata"


def test_every_flipped_byte_is_noticed() -> None:
    data = pack({"rows": 3}, b"12345678")
    for at in range(len(data)):
        with pytest.raises(DamagedFileError):
            unpack(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], "x")


@pytest.mark.parametrize("cut", range(0, 60, 3))
def test_every_truncation_is_noticed(cut: int) -> None:
    data = pack({"rows": 3}, b"12345678")
    with pytest.raises(DamagedFileError):
        unpack(data[: len(data) - 1 - cut], "x")


@pytest.mark.parametrize("data", [b"", b"LLMROUTERTABLE 2\n", MAGIC, MAGIC + b"x" * 15, b"PK\x03\x04"])
def test_foreign_data_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(DamagedFileError, match="some/place"):
        Table.load(data, "some/place")


def test_blob_lies_on_boundaries_of_four() -> None:
    blob = BlobWriter(9)
    offsets = [blob.put(b"abc"), blob.put(b"d"), blob.mask({0, 8}), blob.put(b"")]
    assert offsets == [0, 4, 8, 12]
    assert blob.bytes() == b"abc\0d\0\0\0\x01\x01\0\0"
