"""What one attempt is made of, and what has come of it so far."""

from dataclasses import dataclass, field
from typing import NamedTuple

from router.dispatch.ports import Piece, Target, Upstream
from router.model.call import Ask
from router.model.ledger import Claim

_NOTHING = Piece()


class Attempt(NamedTuple):
    """What one attempt is made of; `until` is when it must end, by the clock."""

    target: Target
    ask: Ask
    claim: Claim
    wait_s: float
    until: float
    upstream: Upstream


@dataclass(slots=True)
class Got:
    """What has come of an answer so far; times are the clock's."""

    started: float
    first: float | None = None
    ended: float | None = None
    texts: list[str] = field(default_factory=list)
    last: Piece = _NOTHING

    def add(self, piece: Piece, now: float) -> None:
        """Take a piece in: texts follow each other, of all else the newest that was said stays."""
        if piece.text:
            self.first = now if self.first is None else self.first
            self.texts.append(piece.text)
        if piece == _NOTHING._replace(text=piece.text):
            return
        said = {name: value for name, value in piece._asdict().items() if value not in (None, (), "")}
        self.last = self.last._replace(**said)

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(self.texts)
