"""Which rules and conditions a policy's tests exercise."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from router.analyse.asked import known_facts
from router.analyse.testing import TestResult
from router.decide.decide import Decider
from router.decide.kleene import evaluate, evaluate_atom
from router.model.terms import RESTRICTIONS
from router.table.conditions import plain_atoms, spell


@dataclass(frozen=True, slots=True)
class AtomCoverage:
    """One condition, and whether some test saw it true, and some test false."""

    condition: str
    true: bool
    false: bool


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """One rule: whether its condition held in some test, and whether one of its effects was in force."""

    rule: str
    layer: str
    file: str
    line: int
    fired: bool
    won: bool
    atoms: tuple[AtomCoverage, ...]

    @property
    def points(self) -> tuple[int, int]:
        """What was covered, of how much: fired, won, and each condition both ways."""
        got = self.fired + self.won + sum(atom.true + atom.false for atom in self.atoms)
        return got, 2 + 2 * len(self.atoms)


@dataclass(frozen=True, slots=True)
class Coverage:
    rules: tuple[RuleCoverage, ...]

    @property
    def share(self) -> float:
        """The covered share, 0 to 1; 1 for a policy without rules."""
        got = sum(rule.points[0] for rule in self.rules)
        total = sum(rule.points[1] for rule in self.rules)
        return got / total if total else 1.0

    @property
    def by_layer(self) -> dict[str, "Coverage"]:
        """The same for each layer that has rules."""
        layers = sorted({rule.layer for rule in self.rules})
        return {layer: Coverage(tuple(r for r in self.rules if r.layer == layer)) for layer in layers}

    def to_plain(self) -> dict[str, Any]:
        return {
            "share": round(self.share, 4),
            "layers": {layer: round(part.share, 4) for layer, part in self.by_layer.items()},
            "rules": [asdict(r) for r in self.rules],
        }

    def text(self) -> str:
        lines = []
        for rule in self.rules:
            got, total = rule.points
            if got == total:
                continue
            lines.append(f"{rule.file}:{rule.line}  {rule.rule}  {got}/{total}")
            if not rule.fired:
                lines.append("    never fired")
            elif not rule.won:
                lines.append("    fired, but was never in force")
            lines += [
                f"    never {'true' if not atom.true else 'false'}: {atom.condition}"
                for atom in rule.atoms
                if not (atom.true and atom.false)
            ]
        parts = self.by_layer
        if len(parts) > 1:
            lines += [f"{layer} {part.share:.0%} of {len(part.rules)} rules" for layer, part in parts.items()]
        lines.append(f"coverage {self.share:.0%} of {len(self.rules)} rules")
        return "\n".join(lines)


def coverage(decider: Decider, results: Sequence[TestResult], layers: Sequence[str]) -> Coverage:
    """What the tests exercise of the rules in the named layers."""
    table = decider.table
    views = [
        (known_facts(decider, r.facts, r.decision), {rule for _, rule in r.decision.rules}) for r in results
    ]
    found = []
    for index, name in enumerate(table.names):
        if table.layers[index] not in layers:
            continue
        condition, record = table.condition(index), table.rule(index)
        restricts = any(effect["kind"] in RESTRICTIONS for effect in record["effects"])
        truths = {evaluate(condition, known) for known, _ in views}
        fired = True in truths or (restricts and None in truths)
        atoms = []
        for atom in dict.fromkeys(plain_atoms(condition)):
            values = {evaluate_atom(atom, known) for known, _ in views}
            atoms.append(AtomCoverage(spell(atom), True in values, False in values))
        won = any(name in rules for _, rules in views)
        found.append(
            RuleCoverage(name, table.layers[index], record["file"], record["line"], fired, won, tuple(atoms))
        )
    return Coverage(tuple(found))
