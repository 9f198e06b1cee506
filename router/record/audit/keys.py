"""The installation's keys: the secret that macs and prompt hashes are made with, and what signs checkpoints."""

import hmac
import json
import os
import re
import secrets
import tempfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from router.base.failures import StoreError
from router.record.audit.prompt_hash import KEYS_FILE

_PASSWORD = re.compile(r"(?<=://)([^/@:]*):[^/@]*@")


@dataclass(frozen=True, slots=True)
class Keys:
    """What one installation proves its audit log with; `folder` also holds the anchors.

    `public` is the Ed25519 public key as 64 hexadecimal digits; `keyed` an HMAC-SHA-256 that knows the secret and
    has seen nothing yet.
    """

    folder: Path
    public: str
    keyed: hmac.HMAC = field(repr=False)
    signing: bytes = field(repr=False)

    def mac(self, text: str) -> str:
        """The HMAC-SHA-256 of a text, as 64 hexadecimal digits."""
        made = self.keyed.copy()
        made.update(text.encode("utf-8", "surrogatepass"))
        return made.hexdigest()

    def chain_of(self, place: str) -> str:
        """The id of this installation's chain in the store at `place`, a path or an address whose password does not count.

        Each store has a chain of its own, so that an installation that changes its store does not look like one
        whose log was cut.
        """
        bare = _PASSWORD.sub(r"\1@", place) if "://" in place else os.path.realpath(place)
        return self.mac(f"chain\0{bare}")[:32]

    def prompt_hash(self, prompt: str) -> str:
        """What stands for a prompt: nobody without the secret can try guesses against it."""
        return self.mac(f"prompt\0{prompt}")

    def sign(self, message: str) -> str:
        """The Ed25519 signature of a message, as 128 hexadecimal digits."""
        # Slow to import, and needed for one event in some hundreds.
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.signing).sign(message.encode("ascii")).hex()


def is_signed(public: str, signature: str, message: str) -> bool:
    """Whether the holder of a public key signed a message; keys and signatures that are none are False."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), message.encode("ascii"))
    except (InvalidSignature, ValueError):
        return False
    return True


def read_keys(folder: Path) -> Keys | None:
    """The keys in a folder, None when there are none yet; `StoreError` when they cannot be read."""
    path = folder / KEYS_FILE
    try:
        data = json.loads(path.read_text(encoding="ascii"))
        return _keys(folder, data)
    except FileNotFoundError:
        return None
    except OSError as cause:
        raise StoreError(f"the audit log's keys cannot be read: `{path}`: {cause.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise StoreError(
            f"the audit log's keys are damaged: `{path}`; restore them, or move the file away to begin a new chain"
        ) from None


def open_keys(folder: Path) -> Keys:
    """The keys in a folder, made when there are none; of several processes at once one makes them for all."""
    return read_keys(folder) or _make(folder)


def _keys(folder: Path, data: Any) -> Keys:
    secret, signing = bytes.fromhex(data["secret"]), bytes.fromhex(data["signing"])
    if len(secret) != 32 or len(signing) != 32 or len(bytes.fromhex(data["public"])) != 32:
        raise ValueError("a key is not 32 bytes")
    return Keys(folder, data["public"], hmac.new(secret, digestmod="sha256"), signing)


def _make(folder: Path) -> Keys:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    data = {
        "secret": secrets.token_hex(32),
        "signing": private.private_bytes_raw().hex(),
        "public": private.public_key().public_bytes_raw().hex(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _put_first(folder / KEYS_FILE, json.dumps(data).encode("ascii"))
    except OSError as cause:
        raise StoreError(f"the audit log's keys cannot be written to `{folder}`: {cause.strerror}") from None
    found = read_keys(folder)
    assert found is not None
    return found


def _put_first(path: Path, data: bytes) -> None:
    """Write a whole file unless there is one already: a link, unlike a rename, never replaces."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        Path(temporary).unlink(missing_ok=True)


def digest(text: str) -> str:
    """The SHA-256 of a text, as 64 hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
