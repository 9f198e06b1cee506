"""How strongly to shrink and how much a dollar may weigh: both are chosen on rows that the means were not made of."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import fsum
from typing import NamedTuple
from zlib import crc32

from router.learn.outcomes.rows import OutcomeRow
from router.learn.outcomes.shrink import expected_of, tallied
from router.model.outcomes import Cell, Expectations, Expected, Tallies, with_gains

PSEUDO_COUNTS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)
FOLDS = 5
MAX_TURNS = 2000
FLOOR = 0.97
VALIDATION = "val"
TRAINING = "train"


class Judged(NamedTuple):
    """Rows for means, and other rows to judge them by."""

    fitted: Sequence[OutcomeRow]
    held_out: Sequence[OutcomeRow]


class Achieved(NamedTuple):
    """What a way of choosing came to over `n` prompts: mean score, and US dollars in all."""

    n: int
    score: float
    cost_usd: float


class Chosen(NamedTuple):
    """The two constants, and what they came to on the rows held out; `free` is where cost does not count."""

    pseudo_count: float
    score_per_usd: float
    free: Achieved
    kept: Achieved


def choose(parts: Sequence[Judged], floor: float, look: "Where") -> Chosen:
    """The pseudo-count that foretells held-out scores best, and the largest λ that keeps `floor` of the score at λ = 0.

    `look` says what is known of a row when a model must be chosen for it.
    """
    tallies = [tallied(part.fitted) for part in parts]
    pseudo_count = min(PSEUDO_COUNTS, key=lambda count: (_squared_error(parts, tallies, count, look), -count))
    groups = [
        group
        for part, own in zip(parts, tallies)
        for group in groups_of(part.held_out, expected_of(own, pseudo_count, 0.0), look)
    ]
    score_per_usd, free, kept = largest_weight(groups, floor)
    return Chosen(pseudo_count, score_per_usd, free, kept)


Where = Callable[[OutcomeRow], Cell]
"""The cell that a row is looked up in; one that holds no data falls back to coarser ones."""


def gold(row: OutcomeRow) -> Cell:
    """The row's own kind, as its labels say."""
    return Cell(row.task, row.dimension, row.complexity)


def without_dimension(row: OutcomeRow) -> Cell:
    """What a decision knows of a row when nothing foretells its dimension."""
    return Cell(row.task, None, row.complexity)


def parts_of(rows: Sequence[OutcomeRow]) -> tuple[Judged, ...]:
    """The files' own training and validation parts; where they name none, folds by prompt."""
    held_out = [row for row in rows if row.split == VALIDATION]
    fitted = [row for row in rows if row.split == TRAINING]
    return (Judged(fitted, held_out),) if held_out and fitted else folds(rows)


def folds(
    rows: Sequence[OutcomeRow], group: Callable[[OutcomeRow], str] = lambda row: row.id
) -> tuple[Judged, ...]:
    """Every row held out once; rows of one group are held out together."""
    dealt: list[list[OutcomeRow]] = [[] for _ in range(FOLDS)]
    for row in rows:
        dealt[crc32(group(row).encode("utf-8", "replace")) % FOLDS].append(row)
    return tuple(
        Judged([row for other in dealt if other is not own for row in other], own) for own in dealt if own
    )


class Group(NamedTuple):
    """Prompts of one cell: what is expected of each model, and what it came to over them all (score, US dollars)."""

    expected: Mapping[str, Expected]
    came_to: Mapping[str, tuple[float, float]]
    n: int


Gains = Callable[[OutcomeRow], tuple[tuple[str, float], ...]]
"""What is foretold of each model on a row, over its cell's expectation."""


def groups_of(
    rows: Iterable[OutcomeRow], expected: Expectations, where: Where, gains: Gains = lambda row: ()
) -> list[Group]:
    """Rows by what is expected on them and by the models they measured, for only a measured model can be chosen."""
    found: dict[tuple[Cell, tuple[tuple[str, float], ...], frozenset[str]], list[OutcomeRow]] = defaultdict(
        list
    )
    for row in rows:
        cell = expected.at(where(row))
        models = frozenset(m for m, o in row.outcomes.items() if o.cost_usd is not None)
        models = models.intersection(expected.cells.get(cell, {}))
        if models:
            found[cell, gains(row), models].append(row)
    return [
        Group(
            {m: one for m, one in sorted(with_gains(expected.cells[cell], more).items()) if m in models},
            {model: _sums(own, model) for model in models},
            len(own),
        )
        for (cell, more, models), own in found.items()
    ]


def _sums(rows: Sequence[OutcomeRow], model: str) -> tuple[float, float]:
    outcomes = [row.outcomes[model] for row in rows]
    return fsum(o.score for o in outcomes), fsum(o.cost_usd or 0.0 for o in outcomes)


def _squared_error(
    parts: Sequence[Judged], tallies: Sequence[Tallies], pseudo_count: float, where: Where
) -> float:
    return fsum(
        (row.outcomes[model].score - known.score) ** 2
        for part, own in zip(parts, tallies)
        for expected in (expected_of(own, pseudo_count, 0.0),)
        for row in part.held_out
        for model, known in expected.cells.get(expected.at(where(row)), {}).items()
        if model in row.outcomes
    )


def largest_weight(groups: Sequence[Group], floor: float) -> tuple[float, Achieved, Achieved]:
    """The largest λ whose choices keep `floor` of the score at λ = 0, the achievement there, and at this λ.

    Choices change only where two models of a group are worth the same, so between two such values one is tried:
    the answer is exact while there are at most MAX_TURNS of them, of more every so-manieth is tried. Where even the largest change keeps the floor, λ is twice the last such value.
    """
    turns = _thinned(sorted({0.0, *(turn for group in groups for turn in _turns(group.expected))}))
    free = achieved(groups, 0.0)
    tries = [(low + high) / 2 for low, high in pairwise(turns)] + [2 * turns[-1]]
    for weight in reversed(tries):
        kept = achieved(groups, weight)
        if kept.score >= floor * free.score:
            return weight, free, kept
    return 0.0, free, free


def _thinned(turns: list[float]) -> list[float]:
    step = -(-len(turns) // MAX_TURNS)
    return turns[::step] if turns[-1] in turns[::step] else [*turns[::step], turns[-1]]


def _turns(expected: Mapping[str, Expected]) -> list[float]:
    """Every λ at which two models are worth the same."""
    found = []
    models = list(expected.values())
    for at, one in enumerate(models):
        for other in models[at + 1 :]:
            if one.cost_usd != other.cost_usd:
                turn = (one.score - other.score) / (one.cost_usd - other.cost_usd)
                if turn > 0:
                    found.append(turn)
    return found


def achieved(groups: Sequence[Group], weight: float) -> Achieved:
    """What choosing by expected score - weight * expected cost came to."""
    picked = [group.came_to[best(group.expected, weight)] for group in groups]
    n = sum(group.n for group in groups)
    return Achieved(n, fsum(score for score, _ in picked) / max(n, 1), fsum(cost for _, cost in picked))


def best(expected: Mapping[str, Expected], weight: float) -> str:
    """The model that is worth most; of two, the cheaper, then the first by name."""
    return min(
        expected, key=lambda m: (weight * expected[m].cost_usd - expected[m].score, expected[m].cost_usd, m)
    )
