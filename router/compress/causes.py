"""Failure lines of a raw output whose kind nothing in the result shows."""

from collections.abc import Sequence

from router.compress.apply import Draft
from router.compress.guard import Stands
from router.compress.patterns import Quick
from router.compress.plan import Plan
from router.compress.shapes import counter_shape

_SOURCE = Quick(r"^\s*>?\s*\d+ *[|│+-]|^[+-]|^ {0,4}[+-] {2,}|^\s*[|│] +\d*[|│]?  ")
"""A line of a code frame or a diff: it quotes source text, and says nothing of its own."""


def unexplained(
    raw: Sequence[str], result: Sequence[str], stands: Stands, draft: Draft, plan: Plan
) -> list[str]:
    """One raw line for each kind of failure line that is gone, neither waived nor shortened to something that stands."""
    there = set(result)
    shapes = {counter_shape(" ".join(line.split())) for line in result}
    found: dict[str, str] = {}
    for line in raw:
        if line in there or ("failure", 0) not in plan.of(line) or _SOURCE().match(line):
            continue
        words = " ".join(line.split())
        short = draft.told.get(words, draft.shortened.get(words, line))
        kind = counter_shape(" ".join(short.split()))
        if (
            kind
            and kind not in found
            and words not in draft.waived
            and kind not in shapes
            and not stands.says(short)
        ):
            found[kind] = line.strip()
    return list(found.values())
