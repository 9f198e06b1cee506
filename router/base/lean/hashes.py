"""Stands in for `hashlib`: the digests our files use, without loading OpenSSL."""

# mypy: ignore-errors

from _blake2 import blake2b

try:
    from _sha256 import sha256
except ImportError:
    from _sha2 import sha256

__all__ = ["blake2b", "sha256"]
