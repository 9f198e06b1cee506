"""Recent decisions counted by one of their fields, with what people thought of the answers."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from router.record.turns import Turn


def counted(turns: "Iterable[Turn]", by: "Callable[[Turn], str | None]") -> list[dict[str, Any]]:
    """One row a value, the most frequent first: decisions, answered, rated good and bad, mean judge score."""
    found: dict[str, list[Turn]] = {}
    for turn in turns:
        found.setdefault(by(turn) or "unknown", []).append(turn)
    rows = [_row(name, group) for name, group in found.items()]
    return sorted(rows, key=lambda row: (-row["decisions"], row["name"]))


def _row(name: str, turns: "list[Turn]") -> dict[str, Any]:
    scores = [turn.score for turn in turns if turn.score is not None]
    good, bad = sum(t.good is True for t in turns), sum(t.good is False for t in turns)
    return {
        "name": name, "decisions": len(turns), "answered": sum(t.model is not None for t in turns), "good": good, "bad": bad,
        "accuracy": good / (good + bad) if good + bad else None,
        "score": sum(scores) / len(scores) if scores else None, "usd": sum(t.cost_usd for t in turns),
    }  # fmt: skip


def opinion_line(row: dict[str, Any]) -> str:
    """A row in words."""
    rated = f", {row['good']} good {row['bad']} bad" if row["good"] + row["bad"] else ", not rated"
    score = f", judged {row['score']:.2f}" if row["score"] is not None else ""
    return f"{row['name']:<28} {row['decisions']} decided, {row['answered']} answered{rated}{score}, ${row['usd']:.4f}"
