"""A prompt's keyed hash for processes that may not take the time of `keys`; standard library only."""

import json
from hashlib import sha256
from pathlib import Path

KEYS_FILE = "keys.json"
_BLOCK = 64


def prompt_hash(folder: Path, prompt: str) -> str | None:
    """As `Keys.prompt_hash` by the keys in a folder; None when there are none, or none that can be read."""
    try:
        secret = bytes.fromhex(json.loads((folder / KEYS_FILE).read_bytes())["secret"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return _hmac(secret, f"prompt\0{prompt}".encode("utf-8", "surrogatepass")) if len(secret) == 32 else None


def _hmac(key: bytes, text: bytes) -> str:
    """HMAC-SHA-256 (RFC 2104) of a key no longer than a block."""
    padded = key.ljust(_BLOCK, b"\0")
    inner = sha256(bytes(byte ^ 0x36 for byte in padded) + text).digest()
    return sha256(bytes(byte ^ 0x5C for byte in padded) + inner).hexdigest()
