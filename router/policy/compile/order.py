"""The one total order of first-match effects, fixed when a policy is compiled."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from router.policy.nodes import LAYERS, Layer, LayerName, Rule


@dataclass(frozen=True, slots=True)
class Placed:
    """A rule with the layer and file it stands in."""

    rule: Rule
    layer: LayerName
    file: str


def in_order(layers: Sequence[Layer]) -> tuple[Placed, ...]:
    """All rules, strongest first: locked ones, then by layer, inside a layer by `over`, then as declared.

    Files count in the order in which the layer holds them, each from top to bottom; `layers` may come in any order.
    """
    by_name: dict[str, list[Placed]] = {}
    for layer in layers:
        for file in layer.files:
            by_name.setdefault(layer.name, []).extend(Placed(r, layer.name, file.file) for r in file.rules)
    strongest_first = [_by_over(by_name[name]) for name in LAYERS if name in by_name]
    placed = [item for group in strongest_first for item in group]
    return tuple(sorted(placed, key=lambda item: item.rule.lock is None))


def _by_over(rules: list[Placed]) -> list[Placed]:
    """Kahn's algorithm with the smallest declaration index first, so that the order is the only one possible."""
    if not any(item.rule.over for item in rules):
        return rules
    index = {item.rule.name.text: at for at, item in enumerate(rules)}
    below: list[list[int]] = [[] for _ in rules]
    waiting = [0] * len(rules)
    for at, item in enumerate(rules):
        for name in item.rule.over:
            beaten = index.get(name.text)
            if beaten is not None:
                below[at].append(beaten)
                waiting[beaten] += 1
    ready = [at for at, count in enumerate(waiting) if not count]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        at = heapq.heappop(ready)
        order.append(at)
        for beaten in below[at]:
            waiting[beaten] -= 1
            if not waiting[beaten]:
                heapq.heappush(ready, beaten)
    assert len(order) == len(rules), "a cycle of `over` is reported before a policy is compiled"
    return [rules[at] for at in order]
