"""What a call that got no answer says: one line."""

from collections.abc import Sequence

from router.model.call import Tried
from router.model.ledger import Exceeded


def exceeded_line(found: Sequence[Exceeded]) -> str:
    """The cap that stands in the way, what is spent, and the setting to raise; the first is told, others are counted."""
    first = found[0]
    cap = first.cap
    needs = f"this call needs about ${first.estimate_usd:.4f}"
    spent = f"${first.spent_usd:.4f} spent and ${first.reserved_usd:.4f} reserved"
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return (
        f"the cap of ${cap.usd:g} per {cap.period} on {' '.join(cap.scope) or 'all'} leaves no room: {spent}, {needs}; "
        f"raise it in `{cap.rule}`{more}"
    )


def nothing_answered(tried: Sequence[Tried]) -> str:
    """Each model and what became of it."""
    if not tried:
        return "no model answered: the chain is empty"
    return "no model answered: " + "; ".join(map(_one, tried))


def _one(tried: Tried) -> str:
    if tried.skipped:
        return f"`{tried.model}` skipped, {tried.skipped}"
    return f"`{tried.model}` {tried.failure}: {tried.error}"
