"""One recorded decision as plain data and in words, the same in every report."""

from typing import Any

from router.ops.money_words import dollars
from router.record.money import moment
from router.record.turns import Turn

_SECOND = 1_000_000
_STEPS = ((60, "s", 1), (3600, " min", 60), (86_400, " h", 3600), (float("inf"), " d", 86_400))


def turn_record(turn: Turn) -> dict[str, Any]:
    """The decision's fields, JSON-able; `at` in UTC."""
    return {
        **turn._asdict(),
        "at": moment(turn.at).isoformat().replace("+00:00", "Z"),
        "chain": list(turn.chain),
        "rules": [f"{effect}:{rule}" for effect, rule in turn.rules],
    }


def ago(at: int, now: int) -> str:
    """How long ago a moment was, such as `2 min ago`."""
    seconds = max(0, now - at) // _SECOND
    if seconds < 10:
        return "just now"
    unit, size = next((unit, size) for limit, unit, size in _STEPS if seconds < limit)
    return f"{seconds // size}{unit} ago"


def route_words(turn: Turn) -> str:
    """Which model handled a prompt of which kind, or why none did."""
    kind = f"({turn.task or '?'}/{turn.complexity or '?'})"
    if turn.model is not None:
        return f"routed to {turn.model} {kind}"
    if turn.verdict == "route" and not turn.attempts:
        said = f"suggested {turn.chain[0]}" if turn.chain else "nothing suggested"
        return f"{said} {kind}, {turn.mode}"
    return f"{_VERDICTS.get(turn.verdict, turn.verdict)} {kind}"


_VERDICTS = {
    "route": "no model answered",
    "approved": "no model answered",
    "pending": "waits for approval",
    "refused": "refused by the policy",
    "nothing": "nothing may answer",
}


def paid(turn: Turn) -> str:
    """What a decision's calls cost; unknown prices and estimates are said to be such."""
    if not turn.attempts:
        return "not called"
    if turn.unpriced == turn.attempts:
        return "price unknown"
    amount = "FREE" if turn.cost_usd == 0 and not turn.unpriced else dollars(turn.cost_usd)
    notes = [text for text, holds in (("estimated", turn.estimated), ("in part of unknown price", turn.unpriced)) if holds]
    return f"{amount} ({', '.join(notes)})" if notes else amount
