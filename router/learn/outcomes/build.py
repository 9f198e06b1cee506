"""From outcome rows to the outcome table."""

from collections.abc import Mapping, Sequence
from typing import Any

from router.base.failures import RouterError
from router.learn.outcomes.choose import Achieved, Chosen, choose, parts_of, without_dimension
from router.learn.outcomes.rows import OutcomeRow
from router.learn.outcomes.shrink import tallied
from router.model.outcomes import OutcomeTable

LEAST_ROWS = 20


def build_table(rows: Sequence[OutcomeRow], floor: float, card: Mapping[str, Any]) -> OutcomeTable:
    """The table of all rows, with the constants that were chosen on those held out; raises RouterError for too few."""
    if len(rows) < LEAST_ROWS:
        raise RouterError(f"{len(rows)} outcomes are too few to choose by: {LEAST_ROWS} are needed")
    if not any(outcome.cost_usd is not None for row in rows for outcome in row.outcomes.values()):
        raise RouterError("no outcome has a `cost`, so that no model can be weighed against another")
    parts = parts_of(rows)
    chosen = choose(parts, floor, without_dimension)
    judged_on = "their validation part" if len(parts) == 1 else f"{len(parts)} folds by prompt"
    whole = {**card, "rows": len(rows), "judged_on": judged_on, **_figures(chosen)}
    return OutcomeTable(tallied(rows), chosen.pseudo_count, chosen.score_per_usd, floor, whole)


def _figures(chosen: Chosen) -> dict[str, Any]:
    return {"at_zero": _plain(chosen.free), "at_weight": _plain(chosen.kept)}


def _plain(found: Achieved) -> dict[str, Any]:
    return {"n": found.n, "score": round(found.score, 6), "cost_usd": round(found.cost_usd, 6)}
