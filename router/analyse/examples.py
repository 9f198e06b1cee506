"""Requests that show what a report says; each was decided before it is shown."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from router.analyse.ruled import Policy, Ruled
from router.analyse.witness import witnesses
from router.base.problems import Note
from router.decide.decide import Decider
from router.decide.strain import with_strain
from router.model.catalogue import catalogue_to_plain
from router.model.decision import Decision, Facts
from router.policy.compile.compile import compile_policy
from router.table.conditions import Plain, spell_number
from router.table.table import Table

MOST_EXAMPLES = 40
"""Reports of one run that get an example; a policy with more of them has other troubles."""
_JUDGED = ({"task": "code", "complexity": "moderate"}, {"task": "query", "complexity": "simple"})

Shows = Callable[[Facts, Decision], str | None]
"""What a decision shows in words, or None when it is not what is looked for."""


class Examples:
    """Finds examples by one policy's table, which is compiled when the first is asked for."""

    def __init__(self, policy: Policy, table: Table | None = None) -> None:
        self._policy = policy
        self._decider = Decider(table) if table is not None else None
        self._left = MOST_EXAMPLES

    def note(self, condition: Plain, shows: Shows) -> tuple[Note, ...]:
        """A note with a request under which the condition is true and the decision is as looked for; () without one."""
        if self._left <= 0:
            return ()
        decider = self._ready()
        for facts in _tries(condition):
            said = shows(facts, decider.decide(with_strain(facts)))
            if said is not None:
                self._left -= 1
                return (Note(f"example: {in_words(facts)} -> {said}"),)
        return ()

    def _ready(self) -> Decider:
        if self._decider is None:
            policy = self._policy
            data, problems = compile_policy(policy.layers, catalogue_to_plain(policy.catalogue), {}, "check")
            assert data is not None, problems
            self._decider = Decider(Table.load(data))
        return self._decider


def _tries(condition: Plain) -> Iterator[Mapping[str, Any]]:
    for facts in witnesses(condition):
        yield facts
        yield from ({**judged, **facts} for judged in _JUDGED)


def won_by(kind: str, rules: tuple[Ruled, ...]) -> Shows:
    """Shows that one of these rules, and not another, gave the effect of this kind."""
    names = {item.name for item in rules}

    def shows(facts: Facts, decision: Decision) -> str | None:
        winner = next((rule for effect, rule in decision.rules if effect == kind), None)
        if winner not in names:
            return None
        came = {"route": decision.chain[:1], "mode": (decision.mode,), "profile": (decision.profile,)}
        return f"{', '.join(came.get(kind, (decision.task or 'unknown',))) or 'refused'} by `{winner}`"

    return shows


def in_words(facts: Facts) -> str:
    """A request in the language's words."""
    return ", ".join(f"{key} {fact_in_words(key, value)}" for key, value in facts.items()) or "any request"


def fact_in_words(key: str, value: Any) -> str:
    """A fact's value as a policy would write it."""
    if key in ("prompt", "branch", "repo", "user"):
        return f'"{value}"'
    if isinstance(value, (tuple, frozenset)):
        return ", ".join(f'"{part}"' for part in value) or "none"
    return spell_number(key, value) if isinstance(value, (int, float)) else str(value)
