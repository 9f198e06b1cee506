"""Which facts a condition asks, through `let` names too."""

from typing import NamedTuple

from router.policy.nodes import Compare, Condition, Known, LetRef, Rule, atoms


class Asked(NamedTuple):
    """The names of the facts that a condition compares, and of those it asks whether they are known."""

    compared: frozenset[str]
    known: frozenset[str]


_NOTHING = Asked(frozenset(), frozenset())


def asked_by_lets(lets: dict[str, Condition]) -> dict[str, Asked]:
    """What each `let` asks, through others too; each is looked at once, whatever hangs on it."""
    asked: dict[str, Asked] = {}
    opened: set[str] = set()
    for root in lets:
        stack = [root]
        while stack:
            name = stack[-1]
            if name in asked:
                stack.pop()
                continue
            inner = [
                atom.name for atom in atoms(lets[name]) if isinstance(atom, LetRef) and atom.name in lets
            ]
            waiting = [each for each in inner if each not in asked and each not in opened]
            if name not in opened and waiting:
                opened.add(name)
                stack += waiting
                continue
            opened.add(name)
            asked[stack.pop()] = asked_by(lets[name], asked)
    return asked


def asked_by(condition: Condition, lets: dict[str, Asked]) -> Asked:
    compared: set[str] = set()
    known: set[str] = set()
    for atom in atoms(condition):
        if isinstance(atom, LetRef):
            inner = lets.get(atom.name, _NOTHING)
            compared |= inner.compared
            known |= inner.known
        else:
            (known if isinstance(atom, Known) else compared).add(atom.fact.name)
    return Asked(frozenset(compared), frozenset(known))


def facts_asked(rule: Rule, lets: dict[str, Asked]) -> dict[str, Compare | Known | LetRef]:
    """Every fact a rule asks, through `let` names too, with the first place in the rule where it does."""
    found: dict[str, Compare | Known | LetRef] = {}
    for condition in (rule.when, rule.unless):
        for atom in atoms(condition) if condition is not None else ():
            if isinstance(atom, LetRef):
                inner = lets.get(atom.name, _NOTHING)
                for name in sorted(inner.compared | inner.known):
                    found.setdefault(name, atom)
            else:
                found.setdefault(atom.fact.name, atom)
    return found
