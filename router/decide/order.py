"""A chain's members by what measured outcomes say of them: highest expected score - λ * expected cost first."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from router.model.outcomes import Cell, Expectations, Expected


class Weighed(NamedTuple):
    """Members of one chain in the order that outcomes give them, with what is expected of each there."""

    cell: Cell
    members: tuple[tuple[str, Expected], ...]


def weighed(
    members: Sequence[str], usable: Collection[str], expectations: Expectations, wanted: Cell
) -> Weighed | None:
    """The usable members that have data for this work, the one worth most first; None for fewer than two.

    Of two that are worth the same the cheaper comes first, then the one that stood first.
    """
    cell = expectations.at(wanted)
    known = expectations.cells.get(cell, {})
    found = [(model, known[model]) for model in members if model in known and model in usable]
    if len(found) < 2:
        return None
    found.sort(key=lambda one: (-expectations.worth(one[1]), one[1].cost_usd))
    return Weighed(cell, tuple(found))


def ordered(
    members: Sequence[str], usable: Collection[str], expectations: Expectations, wanted: Cell
) -> Sequence[str]:
    """The members, those that `weighed` gives in its order on the places they held together; the others stay."""
    found = weighed(members, usable, expectations, wanted)
    if found is None:
        return members
    places = {model for model, _ in found.members}
    following = iter(found.members)
    return [next(following)[0] if model in places else model for model in members]
