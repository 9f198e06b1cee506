"""What a rule asked of a request and what was seen; never a word of the prompt."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from router.decide.decide import Decider
from router.decide.kleene import Truth, evaluate, evaluate_atom
from router.model.decision import Decision, Facts
from router.model.terms import BUCKETS
from router.table.conditions import Plain, facts_of, plain_atoms, spell, spell_number

SELECTING = frozenset({"route", "prefer", "avoid"})
"""Effects that see the complexity after a downgrade."""
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a rule asked: in the language's words, what was seen, and what came of it (None: unknown)."""

    asked: str
    seen: str
    value: Truth


def known_facts(decider: Decider, facts: Facts, decision: Decision) -> dict[str, Any]:
    """The facts as the last stage of the decision saw them."""
    judged = decision.judgement
    return {
        **facts,
        "task": judged.task,
        "complexity": decision.asked_complexity,
        "confidence": judged.confidence,
        "profile": decision.profile,
        "cost": decider.cost_of(decision, facts),
    }


def seen_by(kinds: Collection[str], known: Facts, decision: Decision) -> Facts:
    """The facts as rules with these effects saw them: selection sees the lowered complexity."""
    if decision.complexity == decision.asked_complexity or not SELECTING.issuperset(kinds):
        return known
    return {**known, "complexity": decision.complexity}


def ask(atom: Plain, known: Facts) -> Asked:
    return Asked(spell(atom), seen(atom, known), evaluate_atom(atom, known))


def unknown_in(condition: Plain, known: Facts) -> tuple[str, ...]:
    """The facts on which a condition could not be told."""
    missing = (str(atom[1]) for atom in plain_atoms(condition) if evaluate_atom(atom, known) is None)
    return tuple(dict.fromkeys(missing))


def seen(atom: Plain, known: Facts) -> str:
    """What a fact's value was, in words; of a prompt only its length."""
    key = str(atom[1])
    value = known.get(key)
    if value is None:
        return "unknown"
    if key == "prompt" and atom[0] == "known":
        return f"a prompt of {len(value)} characters"
    if key == "prompt":
        found = {True: "a match", False: "no match", None: "no match in the parts looked at"}
        return f"{found[evaluate_atom(atom, known)]} ({len(value)} characters)"
    if key == "bucket":
        return f"bucket {value:,} of {BUCKETS:,}"
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value[:3]) + (", ..." if len(value) > 3 else "") or "none"
    return spell_number(key, value) if isinstance(value, (int, float)) else str(value)


def first_failing(condition: Plain, known: Facts, restricts: bool = False) -> Asked | None:
    """The first condition that kept a rule from firing, with what was seen; None when it fired.

    For a rule that `restricts` an unknown condition is no hindrance, so the first false one counts.
    """
    value = evaluate(condition, known)
    if value is True or (value is None and restricts):
        return None
    head = condition[0]
    if head in ("and", "or") and len(condition) > 1:
        failing = (first_failing(part, known, restricts) for part in condition[1:])
        return next((found for found in failing if found is not None), None)
    if head == "not" and condition[1][0] not in ("and", "or", "not"):
        return Asked(spell(condition), seen(condition[1], known), value)
    if head in ("not", "or"):
        values = [f"{fact} {seen(('known', fact), known)}" for fact in facts_of(condition)[:_MOST_SHOWN]]
        return Asked(spell(condition), ", ".join(values), value)
    return ask(condition, known)
