"""Budget pressure on a chain: a provider sinks as its budget fills and drops out when it is used up."""

from collections.abc import Iterable, Mapping
from typing import Any

from router.model.decision import Facts

STRAINED = "strained"
"""The key of the providers under pressure among the facts; no rule may ask it."""

STEPS = (0.80, 0.90, 0.95, 1.0)
"""From each of these shares of its budget on, a provider stands one step lower; at the last it is used up."""

USED_UP = len(STEPS)
_HEAD = "pressure("

Strained = tuple[tuple[str, int], ...]


def strained_by(facts: Facts) -> Strained | None:
    """The providers that the facts' pressures put under strain, with their step from 1 to `USED_UP`; None for none."""
    found = [
        (key[len(_HEAD) : -1], sum(value >= step for step in STEPS))
        for key, value in facts.items()
        if key.startswith(_HEAD) and isinstance(value, int | float) and value >= STEPS[0]
    ]
    return tuple(sorted(found)) or None


def with_strain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts with their strain as it follows from the pressures among them."""
    rest = {key: value for key, value in facts.items() if key != STRAINED}
    strain = strained_by(rest)
    return rest if strain is None else {**rest, STRAINED: strain}


def eased(models: Iterable[str], strained: Strained | None) -> tuple[str, ...]:
    """The models with those of strained providers later, the most strained last; otherwise in their order."""
    if not strained:
        return tuple(models)
    steps = dict(strained)
    return tuple(sorted(models, key=lambda model: steps.get(model.partition("/")[0], 0)))
