"""An example given twice in the same words, given once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from router.compress.text.linear import Pattern, compiled
from router.compress.text.markdown import Block, blocks

_LEAST_CHARS = 100
_MARK = "[the same example again, left out here; in full: llm-router raw {handle}]\n"


@dataclass(frozen=True, slots=True)
class Folded:
    """An answer's pieces, with None where a repeated example stood."""

    pieces: tuple[str | None, ...]

    @property
    def count(self) -> int:
        """How many examples went."""
        return sum(piece is None for piece in self.pieces)

    def with_handle(self, handle: str) -> str:
        """The text, each example that went marked with the handle of the whole answer."""
        return "".join(_MARK.format(handle=handle) if piece is None else piece for piece in self.pieces)


def fold(text: str) -> Folded | None:
    """The text with examples that repeat an earlier block to the letter taken out; None when there are none.

    An example is a code block that a heading or sentence before it calls one, or a paragraph that begins so.
    """
    parts = list(blocks(text))
    seen: set[str] = set()
    pieces: list[str | None] = []
    for at, part in enumerate(parts):
        bare = part.text.strip()
        repeated = bare in seen and len(bare) >= _LEAST_CHARS and _is_example(parts, at)
        pieces.append(None if repeated else part.text)
        if part.kind in ("fence", "prose"):
            seen.add(bare)
    return Folded(tuple(pieces)) if None in pieces else None


def _is_example(parts: Sequence[Block], at: int) -> bool:
    """Whether a block is called an example."""
    if parts[at].kind == "prose":
        return _pattern().search(parts[at].text[:40])
    before = next((part.text for part in reversed(parts[:at]) if part.kind != "blank"), "")
    return parts[at].kind == "fence" and _pattern().search(before.rstrip().rpartition("\n")[2])


@cache
def _pattern() -> Pattern:
    return compiled(r"(?i)\b(?:examples?|e\.g\.|for instance|usage|samples?|illustration)")
