"""What a compression of an answer or a page gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from router.base.failures import RouterError

Keep = Callable[[str], str]
"""Stores an original and gives the handle by which `llm-router raw` shows it again."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was done to a text; it counts, and never repeats the text itself.

    Sizes are in characters. `removed` pairs a kind of text with how many of it went. `reason` says why a text
    came back as it was, and is empty when it did not. `target` and `reached` are shares of the size saved.
    """

    before: int
    after: int
    removed: tuple[tuple[str, int], ...] = ()
    reason: str = ""
    handle: str | None = None
    target: float | None = None

    @property
    def saved(self) -> float:
        """The share of characters that went, between 0 and 1."""
        return 1 - self.after / self.before if self.before else 0.0

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None without a target."""
        return None if self.target is None else self.saved >= self.target

    def plain(self) -> dict[str, Any]:
        """The report as plain data for JSON."""
        return {
            "before_chars": self.before,
            "after_chars": self.after,
            "saved": round(self.saved, 4),
            "removed": dict(self.removed),
            "reason": self.reason,
            "handle": self.handle,
            "target": self.target,
            "reached": self.reached,
        }

    def line(self) -> str:
        """The report in one line for people."""
        if self.reason:
            said = [f"unchanged: {self.reason}"]
        else:
            what = ", ".join(f"{count} {kind}" for kind, count in self.removed)
            said = [f"{self.before} -> {self.after} characters, {self.saved:.1%} saved"]
            said += [what] if what else []
        if self.reached is not None:
            said.append(f"target {self.target:.0%} {'reached' if self.reached else 'not reached'}")
        if self.handle:
            said.append(f"original: llm-router raw {self.handle}")
        return "; ".join(said)


@dataclass(frozen=True, slots=True)
class Compressed:
    """A text after compression and the report on it."""

    text: str
    report: Report


def unchanged(text: str, reason: str, *, target: float | None = None) -> Compressed:
    """The text as it was, and why."""
    return Compressed(text, Report(len(text), len(text), reason=reason, target=target))


NOT_KEPT = "the original could not be kept"


def stored(text: str, keep: Keep) -> str | None:
    """The handle of a text now kept, or None when it could not be: then nothing of it may go."""
    try:
        return keep(text)
    except (OSError, RouterError):
        return None
