"""From counted outcomes to what is expected: every cell is pulled towards the coarser one where its data are few."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import fsum

from router.learn.outcomes.rows import OutcomeRow
from router.model.outcomes import Cell, Expectations, Expected, OutcomeTable, Tallies, Tally


def cells_of(row: OutcomeRow) -> list[Cell]:
    """Every cell that a row counts in, from all work to its own kind."""
    cells = [Cell(), Cell(row.task)]
    if row.dimension is not None:
        cells.append(Cell(row.task, row.dimension))
    if row.complexity is not None:
        cells.append(Cell(row.task, None, row.complexity))
        if row.dimension is not None:
            cells.append(Cell(row.task, row.dimension, row.complexity))
    return cells


def tallied(rows: Iterable[OutcomeRow]) -> Tallies:
    """Counts and means by cell and model; the order of the rows makes no difference, not even in the last digit."""
    scores: dict[tuple[Cell, str], list[float]] = defaultdict(list)
    costs: dict[tuple[Cell, str], list[float]] = defaultdict(list)
    for row in rows:
        for cell in cells_of(row):
            for model, outcome in row.outcomes.items():
                scores[cell, model].append(outcome.score)
                if outcome.cost_usd is not None:
                    costs[cell, model].append(outcome.cost_usd)
    found: dict[Cell, dict[str, Tally]] = {}
    for (cell, model), own in scores.items():
        spent = costs[cell, model]
        mean_cost = fsum(spent) / len(spent) if spent else 0.0
        found.setdefault(cell, {})[model] = Tally(len(own), fsum(own) / len(own), len(spent), mean_cost)
    return found


def expectations(table: OutcomeTable) -> Expectations:
    """What is expected of each model in each cell that has outcomes."""
    return expected_of(table.cells, table.pseudo_count, table.score_per_usd)


def expected_of(tallies: Tallies, pseudo_count: float, score_per_usd: float) -> Expectations:
    """Shrunk means by cell.

    A model's mean over n calls counts n, its prior counts `pseudo_count`: expected = (n * mean + pseudo_count *
    prior) / (n + pseudo_count). The prior is the coarser cell's expectation, moved by how much harder and dearer
    this cell was for all models together, so that a model that was never tried on hard work is not taken to be as
    good there as on easy work. For all work the prior is the mean of all models. Models without any cost are left out.
    """
    found: dict[Cell, dict[str, Expected]] = {}
    for cell in sorted(tallies, key=_depth):
        parent = cell.parent()
        above = _start(tallies[cell]) if parent is None else found[parent]
        found[cell] = _shrunk(tallies[cell], above, pseudo_count)
    return Expectations(found, score_per_usd)


def _depth(cell: Cell) -> int:
    return sum(part is not None for part in cell)


def _start(own: Mapping[str, Tally]) -> dict[str, Expected]:
    """For all work: every model is as good as the mean of all, and as dear as it was."""
    costed = {model: tally for model, tally in own.items() if tally.costed}
    calls = sum(tally.n for tally in costed.values())
    mean = fsum(tally.n * tally.score for tally in costed.values()) / max(calls, 1)
    return {model: Expected(mean, tally.cost_usd, 0) for model, tally in costed.items()}


def _shrunk(
    own: Mapping[str, Tally], above: Mapping[str, Expected], pseudo_count: float
) -> dict[str, Expected]:
    shift, ratio = _harder(own, above, pseudo_count), _dearer(own, above, pseudo_count)
    found: dict[str, Expected] = {}
    for model, prior in above.items():
        tally = own.get(model, Tally(0, 0.0, 0, 0.0))
        score = _pulled(tally.n, tally.score, pseudo_count, min(1.0, max(0.0, prior.score + shift)))
        cost = _pulled(tally.costed, tally.cost_usd, pseudo_count, prior.cost_usd * ratio)
        found[model] = Expected(score, cost, tally.n)
    return found


def _pulled(n: int, mean: float, pseudo_count: float, prior: float) -> float:
    return (n * mean + pseudo_count * prior) / (n + pseudo_count) if n + pseudo_count else prior


def _harder(own: Mapping[str, Tally], above: Mapping[str, Expected], pseudo_count: float) -> float:
    """By how much all models together scored more here than the coarser cell expects, itself shrunk towards 0."""
    known = [(own[model], prior) for model, prior in above.items() if model in own]
    calls = sum(tally.n for tally, _ in known)
    more = fsum(tally.n * (tally.score - prior.score) for tally, prior in known)
    return more / (calls + pseudo_count) if calls + pseudo_count else 0.0


def _dearer(own: Mapping[str, Tally], above: Mapping[str, Expected], pseudo_count: float) -> float:
    """How many times dearer calls were here than the coarser cell expects, itself shrunk towards 1."""
    known = [(own[model], prior) for model, prior in above.items() if model in own]
    calls = sum(tally.costed for tally, _ in known)
    spent = fsum(tally.costed * tally.cost_usd for tally, _ in known)
    thought = fsum(tally.costed * prior.cost_usd for tally, prior in known)
    if not calls or thought <= 0:
        return 1.0
    extra = pseudo_count * thought / calls
    return (spent + extra) / (thought + extra)
