"""A chain's members by what measured outcomes say of them: highest expected score - λ * expected cost first."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from router.model.outcomes import FORETOLD_NOTHING, Cell, Expectations, Expected, Foretold, with_gains


class Weighed(NamedTuple):
    """Members of one chain in the order that outcomes give them, with what is expected of each there."""

    cell: Cell
    members: tuple[tuple[str, Expected], ...]
    score_per_usd: float


def weighed(
    members: Sequence[str],
    usable: Collection[str],
    expectations: Expectations,
    wanted: Cell,
    foretold: Foretold = FORETOLD_NOTHING,
) -> Weighed | None:
    """The usable members that have data for this work, the one worth most first; None for fewer than two.

    Of two that are worth the same the cheaper comes first, then the one that stood first.
    """
    cell = expectations.at(wanted)
    known = with_gains(expectations.cells.get(cell, {}), foretold.gains)
    own = foretold.score_per_usd
    weight = expectations.score_per_usd if own is None else own
    found = [(model, known[model]) for model in members if model in known and model in usable]
    if len(found) < 2:
        return None
    found.sort(key=lambda one: (-expectations.worth(one[1], weight), one[1].cost_usd))
    return Weighed(cell, tuple(found), weight)


def ordered(
    members: Sequence[str],
    usable: Collection[str],
    expectations: Expectations,
    wanted: Cell,
    foretold: Foretold = FORETOLD_NOTHING,
) -> Sequence[str]:
    """The members, those that `weighed` gives in its order on the places they held together; the others stay."""
    found = weighed(members, usable, expectations, wanted, foretold)
    if found is None:
        return members
    places = {model for model, _ in found.members}
    following = iter(found.members)
    return [next(following)[0] if model in places else model for model in members]
