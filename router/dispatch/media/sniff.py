"""Which kind of file the first bytes are, whatever a server calls it."""

from typing import NamedTuple

HEAD_BYTES = 64


class Sort(NamedTuple):
    """What a file is: image, video or audio, and the ending of its name."""

    kind: str
    ending: str


_BY_START: tuple[tuple[bytes, Sort], ...] = (
    (b"\x89PNG\r\n\x1a\n", Sort("image", "png")),
    (b"\xff\xd8\xff", Sort("image", "jpg")),
    (b"GIF8", Sort("image", "gif")),
    (b"\x1aE\xdf\xa3", Sort("video", "webm")),
    (b"ID3", Sort("audio", "mp3")),
    (b"OggS", Sort("audio", "ogg")),
    (b"fLaC", Sort("audio", "flac")),
)
_BY_RIFF = {b"WEBP": Sort("image", "webp"), b"WAVE": Sort("audio", "wav"), b"AVI ": Sort("video", "avi")}
_BY_BRAND = {b"avif": Sort("image", "avif"), b"heic": Sort("image", "heic"), b"M4A ": Sort("audio", "m4a")}
"""Brands of an ISO base media file (ISO/IEC 14496-12, `ftyp`); any other is a film."""


def sort_of(head: bytes) -> Sort | None:
    """The sort of a file by its first `HEAD_BYTES`; None for what is neither picture, film nor sound."""
    for start, sort in _BY_START:
        if head.startswith(start):
            return sort
    if head[:4] == b"RIFF":
        return _BY_RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BY_BRAND.get(head[8:12], Sort("video", "mp4"))
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        # An MPEG audio frame; layer 0 is AAC in ADTS.
        return Sort("audio", "aac" if head[1] & 0x06 == 0 else "mp3")
    return None
