"""How events hang together: canonical bodies, hashes, macs, the columns copied from a body, signed checkpoints."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from router.record.audit.keys import Keys, digest

EVERY = 256
"""After how many events a checkpoint is signed."""

REGULAR, PRUNED = "regular", "pruned"
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def canonical(body: Mapping[str, Any]) -> str:
    """The one spelling of a body: ASCII JSON, keys in order, no blanks, no NaN."""
    return _CANONICAL.encode(body)


def genesis(chain: str) -> str:
    """What stands for the hash before the first event of a chain."""
    return digest(f"llm-router audit chain\0{chain}")


def next_hash(previous: str, body: str) -> str:
    """The hash of an event, SHA-256 over the hash before it and its body: anyone can follow it."""
    return sha256(f"{previous}{body}".encode("ascii", "replace")).hexdigest()


def mac_of(keys: Keys, chain: str, seq: int, hash_: str) -> str:
    """What only the holder of the installation's secret can make for an event at its place."""
    return keys.mac(f"event\0{chain}\0{seq}\0{hash_}")


def checkpoint_message(chain: str, seq: int, kind: str, hash_: str) -> str:
    """What a checkpoint's signature is over."""
    return f"llm-router audit checkpoint {chain} {seq} {kind} {hash_}"


def columns_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that are copies of a body, for filters; KeyError, TypeError or ValueError for what is no event."""
    decision = body["decision"] if body["kind"] == "decision" else body
    asker = body["asker"]
    chain = decision.get("chain")
    return {
        "id": body["id"],
        "at": microseconds(datetime.fromisoformat(body["at"])),
        "kind": body["kind"],
        "decision_id": storable(body["decision_id"]),
        "session": storable(asker["session"]),
        "user": storable(asker["user"]),
        "host": storable(asker["host"]),
        "repo": storable(asker["repo"]),
        "task": storable(decision.get("task")),
        "complexity": storable(decision.get("complexity")),
        "model": storable(decision.get("model") or (chain[0] if chain else None)),
        "verdict": storable(decision.get("outcome")),
    }


def microseconds(at: datetime) -> int:
    """A moment as microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """The moment, in UTC, of so many microseconds since 1970."""
    return _EPOCH + microseconds * _MICROSECOND


def storable(text: str | None) -> str | None:
    """The text as every database can hold it: without NUL and lone surrogates."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
