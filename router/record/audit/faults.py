"""What `audit verify` can find, and where."""

from dataclasses import dataclass
from typing import Any

MOST_FAULTS = 100
"""How many faults of a chain are named; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where a chain is not what was written: `kind` in a few words, `detail` for a reader."""

    chain: str
    seq: int
    kind: str
    detail: str

    def text(self) -> str:
        return f"chain {self.chain[:8]}, event {self.seq}: {self.kind}: {self.detail}"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What one chain is like; `first` and `last` are 0 when it has no events (any more).

    `own`: made by this installation, so that macs and the count outside were checked too.
    """

    chain: str
    own: bool
    public_key: str | None
    events: int
    first: int
    last: int
    checkpoints: int
    pruned_to: int
    faults: tuple[Fault, ...]
    more_faults: int
    notes: tuple[str, ...]

    def to_plain(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self.__slots__ if name not in ("faults", "notes")}
        faults = [{"seq": f.seq, "kind": f.kind, "detail": f.detail} for f in self.faults]
        return {**plain, "faults": faults, "notes": list(self.notes)}
