"""`outcomes show`: what is expected of each model at each kind of work, the order that follows, and why."""

from collections.abc import Mapping
from typing import Any

from router.base.places import find_places
from router.base.render import printable
from router.learn.outcomes.shrink import expectations
from router.learn.outcomes.store import FILE, read_table
from router.model.outcomes import Cell, Expectations, Expected, OutcomeTable, Tally
from router.model.terms import TASKS
from router.ops.operation import Operation, Parameter, Result, Surroundings

EMPTY = (
    "no outcome table: chains keep the order their policy gives them\n"
    "`llm-router outcomes import FILE` makes one from measured scores and costs"
)


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The cells of the user's outcome table, of one task or of all."""
    table = read_table(find_places(around.environ, around.cwd).user / FILE)
    if table is None:
        return Result({"cells": []}, lambda colour: EMPTY)
    expected = expectations(table)
    wanted = [cell for cell in sorted(table.cells, key=str) if cell.task in _tasks(values["task"])]
    plain = {
        "score_per_usd": table.score_per_usd,
        "pseudo_count": table.pseudo_count,
        "floor": table.floor,
        "card": dict(table.card),
        "cells": [{"cell": cell._asdict(), "order": _order(cell, table, expected)} for cell in wanted],
    }
    return Result(plain, lambda colour: _text(plain, values["task"]))


def _tasks(task: str | None) -> tuple[str, ...]:
    return TASKS if task is None else (task,)


def _order(cell: Cell, table: OutcomeTable, expected: Expectations) -> list[dict[str, Any]]:
    """The models of a cell, the one that is worth most first."""
    own = table.cells[cell]
    rows = [
        _row(model, found, own.get(model), expected.worth(found), table.pseudo_count)
        for model, found in expected.cells[cell].items()
    ]
    return sorted(rows, key=lambda row: (-row["worth"], row["expected_cost_usd"], row["model"]))


def _row(
    model: str, found: Expected, tally: Tally | None, worth: float, pseudo_count: float
) -> dict[str, Any]:
    return {
        "model": model,
        "worth": worth,
        "expected_score": found.score,
        "expected_cost_usd": found.cost_usd,
        "n": found.n,
        "measured_score": tally.score if tally else None,
        "measured_cost_usd": tally.cost_usd if tally and tally.costed else None,
        "pulled": pseudo_count / (found.n + pseudo_count) if found.n + pseudo_count else 1.0,
    }


def _text(plain: Mapping[str, Any], task: str | None) -> str:
    lines = [
        f"worth = expected score - λ * expected cost, λ = {plain['score_per_usd']:.4g} a US dollar"
        f" (keeps {plain['floor']:.4g} of the score); pulled = share of the coarser mean"
    ]
    shown = [each for each in plain["cells"] if task is not None or each["cell"]["dimension"] is None]
    for each in shown:
        lines += ["", str(Cell(**each["cell"])), *_table(each["order"])]
    if not shown:
        lines.append(f"no outcomes of {task}" if task else "no outcomes")
    left = len(plain["cells"]) - len(shown)
    if left:
        lines += ["", f"and {left} finer kinds of work; `--task TASK` shows them"]
    return "\n".join(printable(line) for line in lines)


def _table(order: list[dict[str, Any]]) -> list[str]:
    width = max(len(row["model"]) for row in order)
    lines = [f"     {'model':<{width}}    worth   score       cost  measured      n  pulled"]
    for at, row in enumerate(order, 1):
        measured = "     -  " if row["measured_score"] is None else f"{row['measured_score']:8.4f}"
        lines.append(
            f"  {at}. {row['model']:<{width}}  {row['worth']:7.4f}  {row['expected_score']:6.4f}"
            f"  ${row['expected_cost_usd']:.6f}  {measured} {row['n']:6}  {row['pulled']:5.1%}"
        )
    return lines


OPERATION = Operation(
    name="outcomes show",
    summary="what is expected of each model at each kind of work, and the order that follows",
    description=(
        "Prints the outcome table: by kind of work each model's worth (expected score - λ * expected cost), what was\n"
        "measured, on how many calls, and how far the coarser mean pulls. The first is tried first where a chain's\n"
        "members are ordered by outcomes."
    ),
    parameters=(Parameter("task", "only this task, with its finer kinds", choices=TASKS),),
    run=run,
    example="llm-router outcomes show --task code",
)
