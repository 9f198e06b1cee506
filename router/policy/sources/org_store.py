"""The last good copy of an organisation's policy, and when it was last looked at."""

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from router.base.files import write_atomically
from router.policy.sources.org_text import OrgTexts

FOLDER = "org"


@dataclass(frozen=True, slots=True)
class Kept:
    """A good copy: its texts, or for a fetched one the very bytes and their signature."""

    texts: OrgTexts | None = None
    body: bytes = b""
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Looked:
    """When the policy was last read well, and when it was last tried (seconds since 1970), with what kept it from being read."""

    read_s: float = 0.0
    tried_s: float = 0.0
    reason: str = ""

    @property
    def date(self) -> str:
        return datetime.fromtimestamp(self.read_s, UTC).strftime("%Y-%m-%d %H:%M UTC")


def copy_path(user: Path, source: str) -> Path:
    """Where the copy of a source (its path, or its address and key) lies."""
    return user / FOLDER / f"{hashlib.sha256(source.encode()).hexdigest()[:16]}.json"


def load_copy(path: Path) -> Kept | None:
    """The copy, None when there is none or it is damaged."""
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        texts = None
        if plain["texts"]:
            (main, *rules) = [(str(name), str(text)) for name, text in plain["texts"]]
            texts = OrgTexts(main, tuple(rules))
        return Kept(texts, base64.b64decode(plain["body"]), base64.b64decode(plain["signature"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save_copy(path: Path, kept: Kept) -> None:
    """Keep a good copy; nothing is written when it is kept already. Raises OSError."""
    if load_copy(path) == kept:
        return
    texts = [kept.texts.main, *kept.texts.rules] if kept.texts else []
    plain = {
        "texts": texts,
        "body": base64.b64encode(kept.body).decode("ascii"),
        "signature": base64.b64encode(kept.signature).decode("ascii"),
    }
    write_atomically(path, json.dumps(plain).encode("utf-8"), mode=0o600)


def load_looked(copy: Path) -> Looked:
    """When the source of a copy was last looked at; long ago when nothing is known."""
    try:
        plain = json.loads(copy.with_suffix(".looked.json").read_text(encoding="utf-8"))
        return Looked(float(plain["read_s"]), float(plain["tried_s"]), str(plain["reason"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Looked()


def save_looked(copy: Path, looked: Looked) -> None:
    """Note when the source was looked at. Raises OSError."""
    plain = {"read_s": looked.read_s, "tried_s": looked.tried_s, "reason": looked.reason}
    write_atomically(copy.with_suffix(".looked.json"), json.dumps(plain).encode("utf-8"), mode=0o600)
