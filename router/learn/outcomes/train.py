"""From outcome rows to heads that are kept only where they foretell better than task and complexity alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from router.base.failures import RouterError
from router.learn.outcomes.choose import (
    Achieved,
    Group,
    Judged,
    groups_of,
    largest_weight,
    parts_of,
    without_dimension,
)
from router.learn.outcomes.fit import fit_heads, matrix
from router.learn.outcomes.heads import Heads
from router.learn.outcomes.rows import OutcomeRow
from router.learn.outcomes.shrink import expectations, expected_of, tallied
from router.model.outcomes import Cell, Expectations, Foretold, OutcomeTable

GAIN_WEIGHTS = (0.0, 0.5, 1.0)
LEAST_PROMPTS = 50
Progress = Callable[[str], None]


class Trained(NamedTuple):
    """The heads, or None where they did no better; the card says how both did on rows held out."""

    heads: Heads | None
    card: dict[str, Any]


class Setting(NamedTuple):
    """How much gains count, the λ that follows, and what they came to on rows held out."""

    gain_weight: float
    score_per_usd: float
    free: Achieved
    kept: Achieved


def train_heads(rows: Sequence[OutcomeRow], table: OutcomeTable, progress: Progress) -> Trained:
    """Fit on the rows that have a prompt and a dimension, held out as the table's constants were chosen.

    The heads are kept when, with cost left out, choosing by them scored more on the rows held out than choosing by task
    and complexity. Raises RouterError for too few prompts.
    """
    given = [row for row in rows if row.prompt and row.dimension]
    if len(given) < LEAST_PROMPTS:
        raise RouterError(
            f"{len(given)} outcomes have a prompt and a category: {LEAST_PROMPTS} are needed to train heads"
        )
    models = sorted(table.models)
    before, after = held_out(parts_of(given), table, models, progress)
    right = sum(after.right) / max(len(after.right), 1)
    card: dict[str, Any] = {
        "prompts": len(given),
        "dimensions": len({(row.task, row.dimension) for row in given}),
        "dimension_accuracy": round(right, 4),
        "without_heads": _plain(before),
        "with_heads": _plain(after.setting),
    }
    if after.setting.free.score <= before.free.score:
        return Trained(None, {**card, "kept": "none"})
    progress(f"fitting {len(given)} prompts")
    heads = fit_heads(given, matrix([row.prompt or "" for row in given]), expectations(table), models)
    setting = after.setting
    kept = replace(heads, gain_weight=setting.gain_weight, score_per_usd=setting.score_per_usd, card=card)
    return Trained(kept, {**card, "kept": "new"})


class HeldOut(NamedTuple):
    """The best setting of the heads, and for each row held out whether its dimension was foretold."""

    setting: Setting
    right: list[bool]


def held_out(
    parts: Sequence[Judged], table: OutcomeTable, models: Sequence[str], progress: Progress
) -> tuple[Setting, HeldOut]:
    """What choosing came to without heads and with them; the weight of gains is the one that scored most."""
    plain: list[Group] = []
    by_weight: dict[float, list[Group]] = {weight: [] for weight in GAIN_WEIGHTS}
    right: list[bool] = []
    for number, part in enumerate(parts, 1):
        progress(f"validation {number} of {len(parts)}")
        expected = expected_of(tallied(part.fitted), table.pseudo_count, 0.0)
        found = foretold_by(fitted(part.fitted, expected, models), part.held_out)
        right += [found[row.id].dimension == row.dimension for row in part.held_out]
        plain += groups_of(part.held_out, expected, without_dimension)
        for weight, groups in by_weight.items():
            groups += foretold_groups(part.held_out, expected, found, weight)
    settings = [Setting(w, *largest_weight(groups, table.floor)) for w, groups in by_weight.items()]
    best = max(settings, key=lambda one: (one.free.score, -one.gain_weight))
    return Setting(0.0, *largest_weight(plain, table.floor)), HeldOut(best, right)


def fitted(rows: Sequence[OutcomeRow], expected: Expectations, models: Sequence[str]) -> Heads:
    """Heads of the rows that have a prompt and a dimension."""
    known = [row for row in rows if row.prompt and row.dimension]
    return fit_heads(known, matrix([row.prompt or "" for row in known]), expected, models)


def foretold_by(heads: Heads, rows: Sequence[OutcomeRow]) -> dict[str, Foretold]:
    """What the heads foretell of each row, by its id; nothing of a row without a prompt."""
    return {
        row.id: (heads.foretell(row.prompt, row.task) if row.prompt else None) or Foretold(None)
        for row in rows
    }


def foretold_groups(
    rows: Sequence[OutcomeRow], expected: Expectations, found: dict[str, Foretold], gain_weight: float
) -> list[Group]:
    """Rows as they are chosen for by what was foretold of them."""

    def gains(row: OutcomeRow) -> tuple[tuple[str, float], ...]:
        return tuple((m, gain_weight * gain) for m, gain in found[row.id].gains) if gain_weight else ()

    return groups_of(
        rows, expected, lambda row: Cell(row.task, found[row.id].dimension, row.complexity), gains
    )


def _plain(found: Setting) -> dict[str, Any]:
    return {
        "gain_weight": found.gain_weight,
        "score_per_usd": found.score_per_usd,
        **{name: {"n": a.n, "score": round(a.score, 6), "cost_usd": round(a.cost_usd, 6)}
           for name, a in (("at_zero", found.free), ("at_weight", found.kept))},
    }  # fmt: skip
