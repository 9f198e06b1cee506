"""Why a decision came out as it did: one trace, as plain data and as text."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from router.base.render import printable
from router.decide.decide import Classify, Decider, unjudged
from router.decide.kleene import Truth, evaluate, evaluate_atom
from router.model.decision import Decision, Dropped, Facts
from router.table.conditions import Plain, plain_atoms, spell, spell_number
from router.table.effects import spell_effect
from router.table.table import Table

RESTRICTING = frozenset({"deny", "allow", "cap", "refuse", "approve", "redact"})
FIRST_MATCH = frozenset({"classify", "route", "mode", "profile"})
_MOST_ATOMS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a rule asked: in the language's words, what was seen, and what came of it (None: unknown)."""

    asked: str
    seen: str
    value: Truth


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

    def to_plain(self) -> dict[str, Any]:
        """The trace as JSON can hold it."""
        judged = self.decision.judgement
        return {
            "judgement": judged._asdict(),
            "prompt_chars": self.prompt_chars,
            "rules": [asdict(rule) for rule in self.rules],
            "chain": [asdict(step) for step in self.chain],
            "dropped": [drop._asdict() for drop in self.dropped],
            "caps": [{**cap._asdict(), "scope": " ".join(cap.scope)} for cap in self.decision.caps],
            "approvals": list(self.decision.approvals),
            "refusals": list(self.decision.refusals),
            "redact": list(self.decision.redact),
            "compress": list(self.decision.compress),
            "tags": list(self.decision.tags),
            "asked_complexity": self.decision.asked_complexity,
            "fingerprint": self.decision.fingerprint,
        }


def known_facts(facts: Facts, decision: Decision) -> dict[str, Any]:
    """The facts as the last stage of the decision saw them."""
    judged = decision.judgement
    return {
        **facts,
        "task": judged.task,
        "complexity": decision.asked_complexity,
        "confidence": judged.confidence,
        "profile": decision.profile,
        "cost": decision.estimated_cost_usd,
    }


def explain(decider: Decider, facts: Facts, decision: Decision) -> Trace:
    """The trace of a decision made by `decider` from `facts`."""
    table, known = decider.table, known_facts(facts, decision)
    indexes = set(decider.matched(known))
    if decision.complexity != decision.asked_complexity:
        # Routes and wishes saw the lowered complexity.
        indexes |= set(decider.matched({**known, "complexity": decision.complexity}))
    rules = [
        _matched(table, index, known, decision, evaluate(table.condition(index), known))
        for index in sorted(indexes)
    ]
    output = decider.catalogue.expected_output_tokens(
        decision.task or "query", decision.complexity or "moderate"
    )
    tokens = int(facts.get("prompt.tokens") or 0)
    models = decider.catalogue.models
    chain = tuple(
        Step(
            name,
            models[name].tier if name in models else None,
            decider.catalogue.estimate_usd(name, tokens, output),
        )
        for name in decision.chain
    )
    return Trace(
        decision, len(facts.get("prompt") or ""), tuple(rules), chain, decider.dropped(decision, facts)
    )


def _matched(table: Table, index: int, known: Facts, decision: Decision, value: Truth) -> Matched:
    record = table.rule(index)
    asked = [_asked(atom, known) for atom in plain_atoms(table.condition(index))]
    told = [ask for ask in asked if ask.value is not False] or asked
    unknown = tuple(
        dict.fromkeys(
            str(a[1]) for a in plain_atoms(table.condition(index)) if evaluate_atom(a, known) is None
        )
    )
    return Matched(
        rule=record["name"],
        layer=record["layer"],
        file=record["file"],
        line=record["line"],
        effects=tuple(spell_effect(effect) for effect in record["effects"]),
        outcome=_outcome(table, index, known, decision, value),
        because=record["because"],
        locked=record["locked"],
        unknown=unknown if value is None else (),
        asked=tuple(told[:_MOST_ATOMS]),
    )


def _outcome(table: Table, index: int, known: Facts, decision: Decision, value: Truth) -> str:
    """What the rule's effects came to: in force, lost to a stronger rule, or not fired because something is unknown."""
    name = table.names[index]
    winners = {effect: rule for effect, rule in decision.rules if effect in FIRST_MATCH}
    in_force = {effect for effect, rule in decision.rules if rule == name}
    said = []
    for kind in dict.fromkeys(effect["kind"] for effect in table.rule(index)["effects"]):
        namesake = _namesake(table, index, kind, known) if kind in in_force & FIRST_MATCH else None
        if value is None and kind not in RESTRICTING:
            said.append(f"{kind}: not fired, its condition is unknown")
        elif kind == "route" and decision.outcome == "refused":
            said.append("route: not taken, the request is refused")
        elif namesake is not None:
            said.append(f"{kind}: {name} of the {table.layers[namesake]} layer stands before it")
        elif kind in in_force:
            said.append(f"{kind}: in force")
        elif kind in FIRST_MATCH and kind in winners:
            said.append(f"{kind}: {winners[kind]} stands before it")
        elif kind == "classify":
            said.append("classify: task and complexity were given")
        elif kind == "route":
            said.append("route: none of its models may be used")
        else:
            said.append(f"{kind}: without effect")
    return "; ".join(said)


def _namesake(table: Table, index: int, kind: str, known: Facts) -> int | None:
    """A stronger rule of the same name, from another layer, that has the effect and holds."""
    for at in range(index):
        if table.names[at] == table.names[index]:
            kinds = {effect["kind"] for effect in table.rule(at)["effects"]}
            if kind in kinds and evaluate(table.condition(at), known) is True:
                return at
    return None


def _asked(atom: Plain, known: Facts) -> Asked:
    return Asked(spell(atom), seen(atom, known), evaluate_atom(atom, known))


def seen(atom: Plain, known: Facts) -> str:
    """What a fact's value was, in words; of a prompt only its length."""
    key = str(atom[1])
    value = known.get(key)
    if value is None:
        return "unknown"
    if key == "prompt":
        found = "found in" if evaluate_atom(atom, known) else "not in"
        return f"{found} the prompt ({len(value)} characters)"
    if key == "bucket":
        return "the session's bucket"
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value[:3]) + (", ..." if len(value) > 3 else "") or "none"
    return spell_number(key, value) if isinstance(value, (int, float)) else str(value)


def first_false(condition: Plain, known: Facts) -> Asked | None:
    """The first condition that kept a rule from holding, with what was seen; None when it holds."""
    value = evaluate(condition, known)
    if value is True:
        return None
    head = condition[0]
    if head == "and":
        for part in condition[1:]:
            if evaluate(part, known) is not True:
                return first_false(part, known)
    if head == "or" and len(condition) > 1:
        return first_false(condition[1], known)
    if head == "not" and condition[1][0] not in ("and", "or", "not"):
        inner = _asked(condition[1], known)
        return Asked(spell(condition), inner.seen, value)
    if head in ("not", "or"):
        return Asked(spell(condition), "", value)
    return _asked(condition, known)


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
    table, known = decider.table, known_facts(facts, decision)
    index = table.names.index(rule)
    failed = first_false(table.condition(index), known)
    if failed is not None and not (failed.value is None and _restricts(table, index)):
        state = "unknown" if failed.value is None else "not true"
        return WhyNot(rule, f"`{failed.asked}` is {state}: seen {failed.seen or 'otherwise'}", failed)
    value = evaluate(table.condition(index), known)
    return WhyNot(rule, f"its condition holds; {_outcome(table, index, known, decision, value)}", None)


def _restricts(table: Table, index: int) -> bool:
    return any(effect["kind"] in RESTRICTING for effect in table.rule(index)["effects"])


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The decision with some facts changed, and what is different."""

    changes: tuple[tuple[str, str], ...]
    decision: Decision
    differences: tuple[tuple[str, str, str], ...]

    def to_plain(self) -> dict[str, Any]:
        return {
            "changes": dict(self.changes),
            "differences": [{"field": f, "was": was, "is": now} for f, was, now in self.differences],
        }

    def text(self) -> str:
        said = ", ".join(f"{key} = {value}" for key, value in self.changes)
        if not self.differences:
            return printable(f"what if {said}: nothing changes")
        lines = [f"  {field}: {was} -> {now}" for field, was, now in self.differences]
        return printable("\n".join([f"what if {said}:", *lines]).replace("\n", "\x00")).replace(
            "\\u0000", "\n"
        )


_COMPARED = (
    "outcome",
    "task",
    "complexity",
    "tier",
    "mode",
    "profile",
    "chain",
    "denied",
    "caps",
    "refusals",
    "approvals",
    "redact",
    "compress",
    "tags",
)


def differences(old: Decision, new: Decision) -> tuple[tuple[str, str, str], ...]:
    """The fields in which two decisions differ, with both values in words."""
    found = []
    for field in _COMPARED:
        was, now = getattr(old, field), getattr(new, field)
        if was != now:
            found.append((field, _words(was), _words(now)))
    return tuple(found)


def _words(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_words(part) if isinstance(part, tuple) else str(part) for part in value) or "none"
    return "none" if value is None else str(value)


def what_if(
    decider: Decider, facts: Facts, changes: Mapping[str, Any], classify: Classify = unjudged
) -> WhatIf:
    """Decide again with facts changed; a change to None makes a fact unknown."""
    before = decider.decide(facts, classify)
    changed = {key: value for key, value in {**facts, **changes}.items() if value is not None}
    after = decider.decide(changed, classify)
    said = tuple((key, "unknown" if value is None else _words(value)) for key, value in changes.items())
    return WhatIf(said, after, differences(before, after))
