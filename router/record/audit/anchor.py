"""The count outside the store: how long a chain was when it was last seen, so that a cut-off end shows."""

import fcntl
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from router.base.failures import StoreError
from router.model.audit import Link
from router.record.audit.keys import Keys

_SLOT = 256
"""Two slots written in turn: whatever becomes of one, the other still holds the count before."""


class AnchorDamaged(StoreError):
    """No slot of an anchor is what was written."""


def anchor_path(keys: Keys, chain: str) -> Path:
    """Where the anchor of a chain lies."""
    return keys.folder / f"{chain}.anchor"


def read_anchor(keys: Keys, chain: str) -> Link | None:
    """The last event that was anchored; None when the chain never was, `AnchorDamaged` when nothing can be read."""
    try:
        handle = os.open(f"{keys.folder}/{chain}.anchor", os.O_RDONLY | os.O_CLOEXEC)
        try:
            data = os.pread(handle, 2 * _SLOT, 0)
        finally:
            os.close(handle)
    except FileNotFoundError:
        return None
    except OSError as cause:
        raise StoreError(f"the audit log's anchor cannot be read: {cause.strerror}") from None
    return _latest(keys, chain, data)


def move_anchor(keys: Keys, link: Link) -> None:
    """Note that a chain reached an event; an earlier one changes nothing.

    Some ten microseconds, so it is not forced to the disk: after a power failure the anchor may be some events
    behind the store, as it is after a kill between commit and this call. Only events newer than the anchor could
    be cut off unseen.
    """
    with _locked(keys, link.chain) as handle:
        data = os.pread(handle, 2 * _SLOT, 0)
        known = _latest(keys, link.chain, data) if data else None
        if known is None or link.seq > known.seq:
            _write(handle, keys, link)


def reset_anchor(keys: Keys, link: Link) -> None:
    """Set an anchor back, or anew: only after the chain itself says why."""
    with _locked(keys, link.chain) as handle:
        _write(handle, keys, link)
        _write(handle, keys, link, other=True)


@contextmanager
def _locked(keys: Keys, chain: str) -> Iterator[int]:
    try:
        handle = os.open(anchor_path(keys, chain), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as cause:
        raise StoreError(f"the audit log's anchor cannot be written: {cause.strerror}") from None
    try:
        # Closing the file ends the lock, also when the process is killed.
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _write(handle: int, keys: Keys, link: Link, other: bool = False) -> None:
    said = f"{link.seq} {link.hash}"
    line = f"{said} {_mac(keys, link.chain, said)}\n".ljust(_SLOT)
    os.pwrite(handle, line.encode("ascii"), _SLOT * ((link.seq + other) % 2))


@lru_cache(maxsize=16)
def _latest(keys: Keys, chain: str, data: bytes) -> Link:
    """What the slots say; the same bytes are looked at several times a call."""
    claims = (_claimed(chain, data[at : at + _SLOT]) for at in (0, _SLOT))
    for link, mac in sorted((claim for claim in claims if claim), reverse=True):
        right = _mac(keys, chain, f"{link.seq} {link.hash}")
        if hmac.compare_digest(right.encode(), mac.encode("utf-8", "replace")):
            return link
    raise AnchorDamaged(f"the anchor of chain {chain} is damaged: `{anchor_path(keys, chain)}`")


def _claimed(chain: str, slot: bytes) -> tuple[Link, str] | None:
    """What a slot says, and the mac that must prove it."""
    parts = slot.decode("ascii", "replace").split()
    if len(parts) != 3 or not parts[0].isdecimal() or len(parts[0]) > 18:
        return None
    return Link(chain, int(parts[0]), parts[1]), parts[2]


def _mac(keys: Keys, chain: str, said: str) -> str:
    return keys.mac(f"anchor\0{chain}\0{said}")
