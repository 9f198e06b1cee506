"""The rows that pass the columns of some stages, as one function made for them."""

from collections.abc import Callable, Mapping, Sequence

from router.decide.scan import Scan
from router.model.decision import Facts
from router.table.table import Stage

Pass = Callable[[int, Facts], int]
"""From the rows that passed so far, and the facts, to those that still do."""


def make_pass(stages: Sequence[Stage], scans: Mapping[str, Scan]) -> Pass | None:
    """The function of some stages; None when no row asks anything of them."""
    names = [(column.fact, column.masks) for stage in stages for column in stage.names]
    cells = [(column.fact, column.masks) for stage in stages for column in stage.cells]
    single = (*names, *cells)
    many = tuple((fact, scans[fact], tuple(slots)) for stage in stages for fact, slots in stage.slots.items())
    known = tuple((c.fact, c.default, c.unknown) for stage in stages for c in stage.known)
    if not (single or many or known):
        return None

    def passing(rows: int, facts: Facts) -> int:
        get = facts.get
        for fact, masks in single:
            rows &= masks[get(fact)]
        for fact, scan, slots in many:
            value = get(fact)
            if value is None:
                for slot in slots:
                    rows &= slot.unknown
            else:
                true, whole = scan(value)
                for slot in slots:
                    rows &= slot.mask(true) if whole else slot.partial_mask(true)
        for fact, if_known, if_unknown in known:
            rows &= if_unknown if get(fact) is None else if_known
        return rows

    return passing
