"""Outcome rows made up for tests."""

import json
from collections.abc import Mapping
from typing import Any

from router.learn.outcomes.rows import Outcome, OutcomeRow


def row(
    number: int,
    outcomes: Mapping[str, tuple[float, float | None]],
    *,
    dimension: str | None = None,
    complexity: str | None = None,
    split: str | None = None,
    task: str = "code",
) -> OutcomeRow:
    found = {model: Outcome(score, cost) for model, (score, cost) in outcomes.items()}
    return OutcomeRow(f"r{number}", split, task, dimension, complexity, None, None, found)


def line(number: int, models: Mapping[str, Any], **more: Any) -> str:
    """One line of an outcome file."""
    return json.dumps({"id": f"r{number}", "suite": "made", "category": "code", "models": models, **more})


def lines(count: int = 40) -> str:
    """A file in which `strong` is better at what is hard and ten times as dear, and equal at what is easy."""
    found = []
    for number in range(count):
        hard = number % 2 == 1
        models = {
            "strong": {"score": 0.9, "cost": 0.010},
            "weak": {"score": 0.2 if hard else 0.9, "cost": 0.001},
        }
        split = "val" if number % 4 > 1 else "train"
        found.append(line(number, models, difficulty="hard" if hard else "easy", split=split))
    return "\n".join(found) + "\n"
