"""The rows that pass the columns of one stage, as one function made for the stage."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping

from router.decide.scan import Scan
from router.model.decision import Facts
from router.table.table import Stage

Pass = Callable[[int, Facts], int]
"""From the rows that passed so far, and the facts, to those that still do."""


def make_pass(stage: Stage, scans: Mapping[str, Scan]) -> Pass | None:
    """The function of a stage; None when no row asks anything of it."""
    names = tuple((column.fact, column.masks, column.find) for column in stage.names)
    cells = tuple((c.fact, c.unknown, c.cuts, c.masks, c.find) for c in stage.cells)
    slots = tuple((fact, scans[fact], tuple(columns)) for fact, columns in stage.slots.items())
    known = tuple((column.fact, column.default, column.unknown) for column in stage.known)
    if not (names or cells or slots or known):
        return None

    def passing(rows: int, facts: Facts) -> int:
        get = facts.get
        for fact, masks, find in names:
            value = get(fact)
            # An unknown fact is the key None of `masks`.
            mask = masks.get(value)
            rows &= find(value) if mask is None else mask
        for fact, unknown, cuts, by_cell, find_cell in cells:
            value = get(fact)
            if value is None:
                rows &= unknown
            else:
                cell = bisect_left(cuts, value) + bisect_right(cuts, value)
                mask = by_cell[cell]
                rows &= find_cell(cell) if mask is None else mask
        for fact, scan, columns in slots:
            value = get(fact)
            if value is None:
                for column in columns:
                    rows &= column.unknown
            else:
                true, whole = scan(value)
                for column in columns:
                    rows &= column.mask(true) if whole else column.partial_mask(true)
        for fact, if_known, if_unknown in known:
            rows &= if_unknown if get(fact) is None else if_known
        return rows

    return passing
