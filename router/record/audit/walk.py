"""One chain, event by event: what must hold at each place."""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from router.model.audit import Link
from router.record.audit.chain import (
    EVERY,
    PRUNED,
    REGULAR,
    canonical,
    checkpoint_message,
    columns_of,
    genesis,
    mac_of,
    next_hash,
)
from router.record.audit.faults import MOST_FAULTS, ChainReport, Fault
from router.record.audit.keys import Keys, is_signed

_NEAR = 64
"""How far around its place an event's mac is tried, to tell a moved event from a forged one."""

_COPIES = attrgetter(
    "id", "at", "kind", "decision_id", "session", "user", "host", "repo", "task", "complexity", "model", "verdict"
)
"""The columns of an event that `columns_of` gives, in its order."""

_DISAGREEMENTS = {
    "cut": "events were cut off here: the store had {store_seq}, the anchor had seen {anchor_seq}",
    "anchor missing": "the anchor was missing when the store had {store_seq} events",
    "anchor damaged": "the anchor was damaged when the store had {store_seq} events",
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The count outside the store, None when there is none; `damaged`: there is a file, but nobody could read it."""

    link: Link | None
    damaged: bool


@dataclass(frozen=True, slots=True)
class Head:
    link: Link
    public_key: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    link: Link
    kind: str
    signature: str


class Walk:
    """Follows one chain. `keys` only for a chain of this installation; the events must come in order."""

    def __init__(
        self,
        chain: str,
        keys: Keys | None,
        head: Head | None,
        checkpoints: list[Checkpoint],
        anchor: Anchor | None,
        judge: Callable[[Any], str | None] | None = None,
    ) -> None:
        self.events = 0
        self._anchor = anchor
        self._chain, self._keys, self._head, self._judge = chain, keys, head, judge
        self._faults: list[Fault] = []
        self._more = 0
        self._public = keys.public if keys else head.public_key if head else ""
        self._regular: dict[int, Checkpoint] = {}
        self._base = Link(chain, 0, genesis(chain))
        self._checkpoints = len(checkpoints)
        for checkpoint in checkpoints:
            self._take(checkpoint)
        self._first = 0
        self._last = self._base
        self._follows = True
        """Whether the hash of the event before is known to be right, so that the next one must follow from it."""

    def _take(self, checkpoint: Checkpoint) -> None:
        link, kind = checkpoint.link, checkpoint.kind
        message = checkpoint_message(self._chain, link.seq, kind, link.hash)
        if not is_signed(self._public, checkpoint.signature, message):
            self._say(link.seq, "checkpoint forged", f"the signature of the {kind} checkpoint is wrong")
        elif kind == REGULAR:
            self._regular[link.seq] = checkpoint
        elif kind == PRUNED and link.seq > self._base.seq:
            self._base = link

    def _say(self, seq: int, kind: str, detail: str) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(Fault(self._chain, seq, kind, detail))
        else:
            self._more += 1

    def event(self, row: Any) -> None:
        """The next event of the chain."""
        self.events += 1
        seq = row.seq
        self._first = self._first or seq
        if seq != self._last.seq + 1:
            self._gap(seq)
        trusted = self._mac(row)
        follows = self._follows and seq == self._last.seq + 1 and trusted is not False
        hashed = follows and next_hash(self._last.hash, row.body) == row.hash
        if follows and not hashed:
            self._say(seq, "altered", self._altered(trusted))
        # What this installation hashed and proved by its mac it also spelled; beyond ASCII a hash does not tell texts apart.
        self._body(row, proven=bool(trusted and hashed and row.body.isascii()))
        self._signed(seq, row.hash)
        self._last, self._follows = Link(self._chain, seq, row.hash), trusted is not False

    def _altered(self, trusted: bool | None) -> str:
        if trusted:
            return "its body is not the one that was hashed"
        return "its body, or the event before it, is not the one that was hashed"

    def _gap(self, seq: int) -> None:
        after = self._last.seq
        if seq <= after:
            self._say(seq, "pruned event", f"events up to {after} were removed, yet this one is there")
            return
        missing = f"event {after + 1} is" if seq == after + 2 else f"events {after + 1} to {seq - 1} are"
        self._say(after + 1, "missing", f"{missing} not there")

    def _mac(self, row: Any) -> bool | None:
        """Whether the event's mac is right for its place; None when nobody here can tell."""
        if self._keys is None:
            return None
        if self._is_mac(row.seq, row):
            return True
        near = range(max(1, row.seq - _NEAR), row.seq + _NEAR + 1)
        moved = next((seq for seq in near if seq != row.seq and self._is_mac(seq, row)), None)
        if moved is not None:
            self._say(row.seq, "moved", f"it was written as event {moved}")
        else:
            self._say(row.seq, "forged", "its mac is wrong: hash or mac were altered, or it was inserted")
        return False

    def _is_mac(self, seq: int, row: Any) -> bool:
        assert self._keys is not None
        right = mac_of(self._keys, self._chain, seq, row.hash)
        return hmac.compare_digest(right.encode(), str(row.mac).encode("utf-8", "replace"))

    def _body(self, row: Any, proven: bool) -> None:
        try:
            body = json.loads(row.body)
            columns = columns_of(body)
            spelled = proven or canonical(body) == row.body
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self._say(row.seq, "unreadable", "its body is no event")
            return
        if _COPIES(row) != tuple(columns.values()):
            wrong = [name for name, value in columns.items() if getattr(row, name) != value]
            self._say(row.seq, "columns differ", f"{', '.join(wrong)} differ from the body")
        if not spelled:
            self._say(row.seq, "spelled otherwise", "its body is not in the canonical form")
        form = self._judge(body) if self._judge else None
        if form:
            self._say(row.seq, "form", form)
        if body["kind"] == "admin" and body.get("action") in _DISAGREEMENTS:
            said = _DISAGREEMENTS[body["action"]].format_map(
                {"anchor_seq": "?", "store_seq": "?", **body["detail"]}
            )
            self._say(row.seq, body["action"], said)

    def _signed(self, seq: int, hash_: str) -> None:
        """What was said of this place elsewhere: by a signed checkpoint, by the count outside the store."""
        checkpoint = self._regular.pop(seq, None)
        if checkpoint is not None and checkpoint.link.hash != hash_:
            self._say(seq, "rewritten", "its hash is not the one that the signed checkpoint names")
        elif checkpoint is None and seq % EVERY == 0:
            self._say(seq, "checkpoint missing", "no valid signed checkpoint stands at this event")
        anchored = self._anchor.link if self._anchor else None
        if anchored and anchored.seq == seq and anchored.hash != hash_:
            self._say(seq, "rewritten", "its hash is not the one that the anchor holds")

    def report(self) -> ChainReport:
        """What came of the walk, after the last event; faults by their place."""
        self._end()
        faults = sorted(self._faults, key=lambda fault: fault.seq)
        return ChainReport(
            chain=self._chain,
            own=self._keys is not None,
            public_key=self._public or None,
            events=self.events,
            first=self._first,
            last=self._last.seq if self.events else 0,
            checkpoints=self._checkpoints,
            pruned_to=self._base.seq,
            faults=tuple(faults),
            more_faults=self._more,
            notes=self._notes(),
        )

    def _end(self) -> None:
        last = self._last.seq
        beyond = max((seq for seq in self._regular if seq > last), default=0)
        if beyond:
            self._say(
                last + 1, "cut off", f"a signed checkpoint names event {beyond}, the store ends at {last}"
            )
        self._end_by_head(last)
        if self._keys is None:
            return
        anchored = self._anchor.link if self._anchor else None
        if anchored and anchored.seq > last:
            self._say(
                last + 1, "cut off", f"the anchor has seen event {anchored.seq}, the store ends at {last}"
            )
        elif self._anchor and self._anchor.damaged:
            self._say(last, "anchor damaged", "the count outside the store is not what was written")
        elif anchored is None and (self.events or self._head):
            self._say(last, "anchor missing", "there is no count outside the store, it was taken away")

    def _end_by_head(self, last: int) -> None:
        head = self._head
        if head is None:
            if self.events or self._checkpoints:
                self._say(last, "head missing", "the store has no head for this chain")
            return
        if head.link.seq > last:
            self._say(
                last + 1,
                "cut off",
                f"the chain's head stands at event {head.link.seq}, the store ends at {last}",
            )
        elif head.link.seq < last:
            self._say(
                head.link.seq + 1, "beyond the head", f"the chain's head stands at event {head.link.seq}"
            )
        elif head.link.hash != self._last.hash:
            self._say(last, "head differs", "the head's hash is not that of the last event")
        if self._keys and head.public_key != self._keys.public:
            self._say(last, "key replaced", "the public key in the store is not this installation's")

    def _notes(self) -> tuple[str, ...]:
        if self._keys is not None:
            return ()
        return (
            "another installation's: hashes and signatures were checked, macs and its count need its keys",
        )
