"""Facts under which few rules hold, so that a change of one rule is not drowned by the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from router.analyse.witness import witnesses
from router.decide.kleene import evaluate
from router.model.decision import Facts
from router.model.terms import RESTRICTIONS
from router.table.conditions import ALWAYS, Plain
from router.table.table import Table

MOST_RULES = 4_000
"""Rules that a background is made against."""
MOST_REPAIRED = 200
"""Rules up to which each request is calmed on its own."""
MOST_WAYS = 6
"""Ways of making a rule false that are tried."""


@dataclass(frozen=True, slots=True)
class Calm:
    """Conditions that should not hold; `background` makes most of them false."""

    conditions: tuple[Plain, ...]
    background: Mapping[str, Any]

    def around(self, facts: Facts, keep: Plain) -> dict[str, Any]:
        """The request with what makes other rules false, as far as the condition it is for stays true."""
        calmed = {**self.background, **facts}
        if len(self.conditions) > MOST_REPAIRED or evaluate(keep, calmed) is not True:
            return calmed
        return _calmed(self.conditions, calmed, keep)


def calm_against(tables: Sequence[Table], but: Iterable[Plain]) -> Calm:
    """How to keep the rules of some tables from holding, restrictions before all others, `but` for these conditions."""
    left_out = set(but)
    ranked: dict[Plain, bool] = {}
    for table in tables:
        for index in range(min(len(table.names), MOST_RULES)):
            condition = table.condition(index)
            restricts = any(effect["kind"] in RESTRICTIONS for effect in table.rule(index)["effects"])
            if condition not in left_out:
                ranked[condition] = ranked.get(condition, False) or restricts
    conditions = tuple(sorted(ranked, key=lambda condition: not ranked[condition]))
    return Calm(conditions, _calmed(conditions, {}, ALWAYS))


def _calmed(conditions: Iterable[Plain], start: Facts, keep: Plain) -> dict[str, Any]:
    """The facts, extended or changed so that one condition after the other is false; what made one so stays."""
    facts, settled = dict(start), set[str]()
    for condition in conditions:
        if evaluate(condition, facts) is False:
            continue
        for way in islice(witnesses(("not", condition)), MOST_WAYS):
            if any(key in settled and facts.get(key) != value for key, value in way.items()):
                continue
            tried = {**facts, **way}
            if evaluate(condition, tried) is False and evaluate(keep, tried) is True:
                facts = tried
                settled |= way.keys()
                break
    return facts
