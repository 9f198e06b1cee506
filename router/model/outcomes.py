"""What models scored and cost: counted by task, dimension and complexity, and what is expected of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """A kind of work; None stands for any. `dimension` is a finer name inside a task, such as `bug_fixing`."""

    task: str | None = None
    dimension: str | None = None
    complexity: str | None = None

    def parent(self) -> "Cell | None":
        """The next coarser kind, towards which this one is shrunk; None for all work."""
        if self.dimension is not None and self.complexity is not None:
            return Cell(self.task, self.dimension)
        if self.dimension is not None or self.complexity is not None:
            return Cell(self.task)
        return None if self.task is None else Cell()

    def __str__(self) -> str:
        named = [part for part in (self.task, self.dimension, self.complexity) if part is not None]
        return "/".join(named) or "all"


class Tally(NamedTuple):
    """One model in one cell: `n` scored calls and their mean score (0 to 1), `costed` of them with a mean cost in US dollars."""

    n: int
    score: float
    costed: int
    cost_usd: float


class Expected(NamedTuple):
    """What one more call is expected to score and cost; `n` is how many calls of this very cell say so."""

    score: float
    cost_usd: float
    n: int


class Foretold(NamedTuple):
    """What trained heads foretell of one prompt.

    `dimension` is None where they abstain. `gains`: how much more each model will score than its cell expects.
    `score_per_usd` is the λ that was chosen for choosing in this way.
    """

    dimension: str | None
    gains: tuple[tuple[str, float], ...] = ()
    score_per_usd: float | None = None


FORETOLD_NOTHING = Foretold(None)

Tallies = Mapping[Cell, Mapping[str, Tally]]


class OutcomeTable(NamedTuple):
    """Counted outcomes, and how an order is made of them.

    `pseudo_count`: how many calls a coarser cell's mean counts for in a finer one. `score_per_usd`: the λ of
    score - λ * cost, the largest that kept `floor`, a share of the score reached when cost does not count.
    `card` says what it was made from: files, rows, figures.
    """

    cells: Tallies
    pseudo_count: float
    score_per_usd: float
    floor: float
    card: Mapping[str, Any] = MappingProxyType({})

    @property
    def models(self) -> Mapping[str, Tally]:
        """Every model with its count over all work."""
        return self.cells[Cell()]


class Expectations(NamedTuple):
    """What the decision table carries: for each cell what is expected of each model, and λ."""

    cells: Mapping[Cell, Mapping[str, Expected]]
    score_per_usd: float

    def at(self, wanted: Cell) -> Cell:
        """The finest cell with data that covers `wanted`; `wanted` itself, without data, when its task has none."""
        task, dimension, complexity = wanted
        for cell in (wanted, Cell(task, dimension), Cell(task, None, complexity), Cell(task)):
            if cell in self.cells:
                return cell
        return wanted

    def worth(self, expected: Expected, score_per_usd: float | None = None) -> float:
        """Expected score less λ times expected cost; another λ than the table's may be given."""
        weight = self.score_per_usd if score_per_usd is None else score_per_usd
        return expected.score - weight * expected.cost_usd

    @property
    def dimensioned(self) -> frozenset[str]:
        """The tasks of which several finer kinds are known."""
        return frozenset(cell.task for cell in self.cells if cell.task and cell.dimension is not None)


def with_gains(
    expected: Mapping[str, Expected], gains: tuple[tuple[str, float], ...]
) -> Mapping[str, Expected]:
    """A cell's expectations, with what is foretold of each model added to its score."""
    if not gains:
        return expected
    more = dict(gains)
    return {model: one._replace(score=one.score + more.get(model, 0.0)) for model, one in expected.items()}


def table_to_plain(table: OutcomeTable) -> dict[str, Any]:
    """The table as data that JSON can hold; the same table gives the same data."""
    return {
        "format": 1,
        "pseudo_count": table.pseudo_count,
        "score_per_usd": table.score_per_usd,
        "floor": table.floor,
        "card": dict(table.card),
        "cells": [
            [*cell, {model: list(tallies[model]) for model in sorted(tallies)}]
            for cell, tallies in sorted(table.cells.items(), key=lambda item: _order(item[0]))
        ],
    }


def expectations_to_plain(found: Expectations) -> dict[str, Any]:
    """Expectations as data that JSON can hold."""
    return {
        "score_per_usd": found.score_per_usd,
        "cells": [
            [*cell, {model: list(expected[model]) for model in sorted(expected)}]
            for cell, expected in sorted(found.cells.items(), key=lambda item: _order(item[0]))
        ],
    }


def expectations_from_plain(plain: Mapping[str, Any]) -> Expectations:
    """What `expectations_to_plain` gave."""
    cells = {
        Cell(task, dimension, complexity): {model: Expected(*row) for model, row in models.items()}
        for task, dimension, complexity, models in plain["cells"]
    }
    return Expectations(cells, plain["score_per_usd"])


def _order(cell: Cell) -> tuple[str, ...]:
    return tuple(part or "" for part in cell)
