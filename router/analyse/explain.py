"""Why a decision came out as it did: one trace, as plain data and as text."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from router.analyse.asked import (
    SELECTING,
    Asked,
    ask,
    first_failing,
    known_facts,
    seen_by,
    unknown_in,
)
from router.analyse.passed_over import PassedOver, passed_over
from router.analyse.what_if import WhatIf, what_if
from router.base.render import printable
from router.decide.decide import Decider
from router.decide.kleene import evaluate
from router.decide.order import Weighed
from router.model.decision import Decision, Dropped, Facts, Judgement
from router.model.terms import FIRST_MATCH, RESTRICTIONS
from router.table.conditions import plain_atoms
from router.table.effects import spell_effect
from router.table.table import Table

_MOST_ATOMS = 12


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule whose condition held, or might hold and restricts; `outcome` says what each effect came to."""

    rule: str
    layer: str
    file: str
    line: int
    effects: tuple[str, ...]
    outcome: str
    because: str | None
    locked: bool
    unknown: tuple[str, ...]
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One model of the chain with its tier and its estimated cost in US dollars (None: no price known)."""

    model: str
    tier: str | None
    estimated_usd: float | None


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything a reader needs to see why; no word of the prompt is in it."""

    decision: Decision
    prompt_chars: int
    rules: tuple[Matched, ...]
    chain: tuple[Step, ...]
    dropped: tuple[Dropped, ...]
    passed_over: tuple[PassedOver, ...]
    weighed: tuple[Weighed, ...]
    """Chains that outcomes ordered, with what they expect of each member."""

    def to_plain(self) -> dict[str, Any]:
        """The trace as JSON can hold it."""
        judged = self.decision.judgement
        return {
            "judgement": _judgement_plain(judged),
            "prompt_chars": self.prompt_chars,
            "rules": [asdict(rule) for rule in self.rules],
            "chain": [asdict(step) for step in self.chain],
            "dropped": [drop._asdict() for drop in self.dropped],
            "passed_over": [asdict(found) for found in self.passed_over],
            "caps": [{**cap._asdict(), "scope": " ".join(cap.scope)} for cap in self.decision.caps],
            "approvals": list(self.decision.approvals),
            "refusals": list(self.decision.refusals),
            "redact": list(self.decision.redact),
            "compress": list(self.decision.compress),
            "tags": list(self.decision.tags),
            "asked_complexity": self.decision.asked_complexity,
            "fingerprint": self.decision.fingerprint,
            **({"outcomes": [_weighed_plain(one) for one in self.weighed]} if self.weighed else {}),
        }


def _judgement_plain(judged: Judgement) -> dict[str, Any]:
    plain = judged._asdict()
    foretold = plain.pop("foretold")
    return plain if foretold is None else {**plain, "foretold": foretold._asdict()}


def _weighed_plain(one: Weighed) -> dict[str, Any]:
    return {
        "cell": one.cell._asdict(),
        "score_per_usd": one.score_per_usd,
        "members": [{"model": model, **expected._asdict()} for model, expected in one.members],
    }


def explain(decider: Decider, facts: Facts, decision: Decision) -> Trace:
    """The trace of a decision made by `decider` from `facts`."""
    dropped = decider.dropped(decision, facts)
    return Trace(
        decision,
        len(facts.get("prompt") or ""),
        rules_that_matched(decider, facts, decision),
        tuple(_step(decider, name, facts, decision) for name in decision.chain),
        dropped,
        passed_over(decider, decision, dropped),
        decider.weighed(decision, facts),
    )


def rules_that_matched(decider: Decider, facts: Facts, decision: Decision) -> tuple[Matched, ...]:
    """The rules of a trace alone, in the table's order."""
    known = known_facts(decider, facts, decision)
    indexes = set(decider.matched(known))
    if decision.complexity != decision.asked_complexity:
        indexes |= set(decider.matched({**known, "complexity": decision.complexity}))
    won = _won(decider.table, decision)
    return tuple(_matched(decider.table, index, known, decision, won) for index in sorted(indexes))


class _Won(NamedTuple):
    """What is in force, for many rules to be held against it."""

    rules: frozenset[tuple[str, str]]
    winners: Mapping[str, str]
    route_at: int


def _won(table: Table, decision: Decision) -> _Won:
    winners = dict(reversed(decision.rules))
    route = winners.get("route")
    return _Won(frozenset(decision.rules), winners, -1 if route is None else table.names.index(route))


def _step(decider: Decider, name: str, facts: Facts, decision: Decision) -> Step:
    catalogue = decider.catalogue
    output = catalogue.expected_output_tokens(decision.task or "query", decision.complexity or "moderate")
    tokens = int(facts.get("prompt.tokens") or 0)
    return Step(name, catalogue.tier(name), catalogue.estimate_usd(name, tokens, output))


def _matched(table: Table, index: int, known: Facts, decision: Decision, won: _Won) -> Matched:
    record, condition = table.rule(index), table.condition(index)
    view = _view(table, index, known, decision)
    asked = [ask(atom, view) for atom in plain_atoms(condition)]
    told = [one for one in asked if one.value is not False] or asked
    return Matched(
        rule=record["name"],
        layer=record["layer"],
        file=record["file"],
        line=record["line"],
        effects=tuple(spell_effect(effect) for effect in record["effects"]),
        outcome=_outcome(table, index, known, decision, won),
        because=record["because"],
        locked=record["locked"],
        unknown=unknown_in(condition, view) if evaluate(condition, view) is None else (),
        asked=tuple(told[:_MOST_ATOMS]),
    )


def _view(table: Table, index: int, known: Facts, decision: Decision) -> Facts:
    """The facts by which a rule matched: as they were asked, or with the lowered complexity when only that fits."""
    lowered = {**known, "complexity": decision.complexity}
    if decision.complexity == decision.asked_complexity or not SELECTING & _kinds(table, index):
        return known
    condition = table.condition(index)
    return lowered if _only_selects(table, index) or evaluate(condition, known) is False else known


def _kinds(table: Table, index: int) -> frozenset[str]:
    return frozenset(effect["kind"] for effect in table.rule(index)["effects"])


def _only_selects(table: Table, index: int) -> bool:
    return _kinds(table, index) <= SELECTING


def _outcome(table: Table, index: int, known: Facts, decision: Decision, won: _Won) -> str:
    """What the rule's effects came to, each in words."""
    kinds = dict.fromkeys(effect["kind"] for effect in table.rule(index)["effects"])
    return "; ".join(f"{kind}: {_came_to(table, index, kind, known, decision, won)}" for kind in kinds)


def _came_to(table: Table, index: int, kind: str, known: Facts, decision: Decision, won: _Won) -> str:
    """In force, lost to a stronger rule, or not fired because something is unknown."""
    name, winners = table.names[index], won.winners
    value = evaluate(table.condition(index), seen_by({kind}, known, decision))
    if value is False:
        return "not fired at this complexity"
    if value is None and kind not in RESTRICTIONS:
        return "not fired, its condition is unknown"
    if kind == "route" and decision.outcome == "refused":
        return "not taken, the request is refused"
    in_force = (kind, name) in won.rules
    if in_force and kind in FIRST_MATCH:
        namesake = _namesake(table, index, kind, seen_by({kind}, known, decision))
        return (
            f"{name} of the {table.layers[namesake]} layer stands before it"
            if namesake is not None
            else "in force"
        )
    if in_force:
        return "in force"
    if kind == "route":
        return _no_route(index, won)
    if kind in FIRST_MATCH and kind in winners:
        return f"{winners[kind]} stands before it"
    return "task and complexity were given" if kind == "classify" else "without effect"


def _no_route(index: int, won: _Won) -> str:
    """Rules before the winner lost their models; those after it were not asked."""
    if won.route_at < 0 or index < won.route_at:
        return "none of its models may be used"
    return f"{won.winners['route']} stands before it"


def _namesake(table: Table, index: int, kind: str, known: Facts) -> int | None:
    """A stronger rule of the same name, from another layer, that has the effect and holds."""
    same = (at for at in range(index) if table.names[at] == table.names[index] and kind in _kinds(table, at))
    return next((at for at in same if evaluate(table.condition(at), known) is True), None)


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a rule did not decide: the condition that failed, or the rule that stood before it."""

    rule: str
    reason: str
    failed: Asked | None

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)

    def text(self) -> str:
        return printable(f"why not {self.rule}: {self.reason}")


def why_not(decider: Decider, facts: Facts, decision: Decision, rule: str) -> WhyNot:
    """The first reason that a rule did not decide; `rule` must be a rule of the table."""
    table, known = decider.table, known_facts(decider, facts, decision)
    index = table.names.index(rule)
    failed = _failed(table, index, known, decision)
    if failed is not None:
        state = "unknown" if failed.value is None else "not true"
        return WhyNot(rule, f"`{failed.asked}` is {state}: seen {failed.seen}", failed)
    return WhyNot(rule, f"its condition {_holds(table, index, known, decision)}", None)


def _failed(table: Table, index: int, known: Facts, decision: Decision) -> Asked | None:
    restricts = bool(_kinds(table, index) & RESTRICTIONS)
    return first_failing(table.condition(index), _view(table, index, known, decision), restricts)


def _holds(table: Table, index: int, known: Facts, decision: Decision) -> str:
    view = _view(table, index, known, decision)
    unknown = unknown_in(table.condition(index), view)
    holds = "holds" if evaluate(table.condition(index), view) else f"is unknown ({', '.join(unknown)})"
    return f"{holds}; {_outcome(table, index, known, decision, _won(table, decision))}"


def lost_by(decider: Decider, facts: Facts, decision: Decision, index: int) -> str:
    """Why a rule that a test expected did not decide, in one line."""
    known = known_facts(decider, facts, decision)
    failed = _failed(decider.table, index, known, decision)
    if failed is not None:
        return f"{failed.asked}: seen {failed.seen}"
    return f"its condition {_holds(decider.table, index, known, decision)}"


__all__ = [
    "Asked",
    "Matched",
    "Step",
    "Trace",
    "WhatIf",
    "WhyNot",
    "explain",
    "lost_by",
    "what_if",
    "why_not",
]
