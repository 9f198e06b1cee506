"""What changes in meaning between two policies, each change with a request that shows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import Any

from router.analyse.asked import seen
from router.analyse.calm import Calm, calm_against
from router.analyse.witness import ABSENT, in_range, witnesses
from router.decide.decide import Decider
from router.decide.strain import with_strain
from router.facts import find_fact
from router.model.decision import Decision, Denial, Facts
from router.table.conditions import Plain, facts_of, plain_atoms
from router.table.table import Table

MOST_TRIED = 20_000
MOST_FOUND = 500
MOST_VARIED = 12
_RANKED = frozenset({"classify", "route", "mode", "profile", "prefer", "avoid"})
_KINDS = (
    "chain", "denied", "caps", "approval", "redact", "mode", "profile", "task", "complexity", "compress", "tags",
)  # fmt: skip
"""What can change, in the order in which it is told."""
_JUDGED = {"task": "code", "complexity": "moderate"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: what differs, which rule shows it, a smallest request found, and both values in words."""

    what: str
    rule: str
    facts: tuple[tuple[str, str], ...]
    old: str
    new: str
    request: Facts
    """The facts themselves, to decide the request again."""

    def to_plain(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "rule": self.rule,
            "request": dict(self.facts),
            "old": self.old,
            "new": self.new,
        }

    def text(self) -> str:
        request = ", ".join(f"{key} {value}" for key, value in self.facts) or "any request"
        return f"{self.what} ({self.rule})\n    for {request}\n    was {self.old}\n    is  {self.new}"


@dataclass(frozen=True, slots=True)
class Differences:
    """All changes found; `exhausted` when the search stopped at its budget, so that there may be more."""

    found: tuple[Difference, ...]
    tried: int
    exhausted: bool


def diff_policies(old: Table, new: Table) -> Differences:
    """The changes between two policies; none when they decide every tried request alike.

    Requests are built from the constants of the rules that differ, alone, varied in one fact, and joined in pairs.
    """
    changed = _changed_rules(old, new)
    if not changed:
        return Differences((), 0, False)
    before, after = Decider(old), Decider(new)
    done: set[tuple[str, str]] = set()
    found: dict[tuple[object, ...], Difference] = {}
    tried = 0
    calm = calm_against((old, new), (table.condition(at) for _, table, at in changed))
    for rule, facts in islice(_requests(changed, calm), MOST_TRIED):
        if len(found) >= MOST_FOUND:
            break
        tried += 1
        for what, _, _ in _differing(_decided(before, facts), _decided(after, facts)):
            if (what, rule) in done:
                continue
            done.add((what, rule))
            small = _smallest(before, after, facts, what)
            # The smallest request may come to other values than the one it was cut from.
            was, now = next(
                (w, n) for f, w, n in _differing(_decided(before, small), _decided(after, small)) if f == what
            )
            shown = tuple((key, _shown(key, small)) for key in small)
            # Two rules that changed places are one difference.
            found.setdefault((what, shown, was, now), Difference(what, rule, shown, was, now, small))
    listed = sorted(found.values(), key=lambda one: (_KINDS.index(one.what), len(one.request)))
    return Differences(tuple(listed), tried, tried >= MOST_TRIED or len(found) >= MOST_FOUND)


Changed = tuple[str, Table, int]


def _changed_rules(old: Table, new: Table) -> list[Changed]:
    """Rules of one table whose like, meaning the same in the same place of the order, the other lacks."""
    left, right = _meanings(old), _meanings(new)
    kept = {m for _, m in left} & {m for _, m in right}
    ranked = [
        list(dict.fromkeys(m for i, m in rows if m in kept and _ranks(table, i)))
        for table, rows in ((old, left), (new, right))
    ]
    moved = _moved(ranked[0], ranked[1])
    found: list[Changed] = []
    for table, rows in ((new, right), (old, left)):
        found += [(table.names[i], table, i) for i, m in rows if m not in kept or m in moved]
    return found


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Of the same items in two orders, those that stand on another side of some other item."""
    at = {item: place for place, item in enumerate(new)}
    places = [at[item] for item in old if item in at]
    before = [-1, *accumulate(places, max)]
    behind = [len(new), *accumulate(reversed(places), min)][::-1]
    shared = [item for item in old if item in at]
    return {item for i, item in enumerate(shared) if before[i] > places[i] or behind[i + 1] < places[i]}


def _ranks(table: Table, index: int) -> bool:
    """Whether a rule's place in the order can matter; what only adds up may stand anywhere."""
    return any(effect["kind"] in _RANKED for effect in table.rule(index)["effects"])


def _meanings(table: Table) -> list[tuple[int, str]]:
    return [
        (index, repr((table.rule(index)["effects"], table.condition(index), table.rule(index)["locked"])))
        for index in range(len(table.names))
    ]


def _requests(changed: Iterable[Changed], calm: Calm) -> Iterator[tuple[str, dict[str, Any]]]:
    """Requests with the rule they were built for, simple ones first; each alone and with the other rules kept quiet."""
    rules = list(changed)
    made: list[tuple[str, dict[str, Any]]] = []
    for name, condition in _conditions(rules):
        for facts in witnesses(condition):
            made.append((name, facts))
            yield name, {**_JUDGED, **facts}
            yield name, facts
            yield name, calm.around(facts, condition)
            yield name, calm.around({**_JUDGED, **facts}, condition)
    yield rules[0][0], dict(_JUDGED)
    for name, table, index in rules:
        asked = facts_of(table.condition(index))
        yield name, {key: value for key, value in calm.background.items() if key not in asked}
        yield from _varied(name, table, index, made)
    for name, facts in made:
        for _, other in made:
            if not any(key in facts and facts[key] != value for key, value in other.items()):
                yield name, {**_JUDGED, **facts, **other}


def _conditions(rules: Sequence[Changed]) -> Iterator[tuple[str, Plain]]:
    """Where the versions of a rule part, then where each of them holds."""
    by_name: dict[str, list[Changed]] = {}
    for rule in rules:
        by_name.setdefault(rule[0], []).append(rule)
    for name, table, index in rules:
        for _, other, at in by_name[name]:
            if other is not table:
                yield name, ("and", table.condition(index), ("not", other.condition(at)))
    yield from ((name, table.condition(index)) for name, table, index in rules)


def _varied(
    name: str, table: Table, index: int, made: Iterable[tuple[str, dict[str, Any]]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A rule's requests with one fact taken away or put elsewhere."""
    keys = facts_of(table.condition(index))
    for own, facts in made:
        if own != name:
            continue
        for key in keys[:MOST_VARIED]:
            yield name, {k: v for k, v in {**_JUDGED, **facts}.items() if k != key}
            for value in _around(table, index, key):
                yield name, {**_JUDGED, **facts, key: value}


def _around(table: Table, index: int, key: str) -> list[Any]:
    """Values at and beside the constants that a rule compares a fact with."""
    values: list[Any] = []
    for atom in plain_atoms(table.condition(index)):
        if atom[1] != key:
            continue
        if atom[0] == "in":
            fact = find_fact(key)
            values += [*atom[2], ABSENT] if fact is None or fact.values is None else fact.values
        elif atom[0] == "between":
            beside = [v for b in atom[2:4] if b is not None for v in (b, b + 1, b - 1)]
            values += [value for value in beside if in_range(key, value)]
        elif atom[0] in ("under", "file", "glob", "has", "haslike"):
            values.append((ABSENT,))
        elif atom[0] in ("word", "regex"):
            values.append(ABSENT)
    return values[:MOST_VARIED]


def _decided(decider: Decider, facts: Facts) -> Decision:
    """The decision as a request with these facts would get it."""
    return decider.decide(with_strain(facts))


def _differing(old: Decision, new: Decision) -> Iterator[tuple[str, str, str]]:
    """Fields with different meanings; names of rules do not count."""
    before, after = _meaning(old), _meaning(new)
    for what, value in before.items():
        if value != after[what]:
            yield what, value, after[what]


def _meaning(decision: Decision) -> dict[str, str]:
    caps = sorted(f"{' '.join(c.scope)} ${c.usd:.2f}/{c.period}" for c in decision.caps)
    denials = sorted({text for d in decision.denials for text in _denied(d)})
    return {
        "task": decision.task or "unknown",
        "complexity": decision.complexity or "unknown",
        "mode": decision.mode,
        "profile": decision.profile,
        "chain": "refused" if decision.refusals else " then ".join(decision.chain) or "nothing",
        "denied": ", ".join(denials) or "nothing",
        "caps": ", ".join(caps) or "none",
        "approval": "required" if decision.approvals else "not required",
        "redact": ", ".join(sorted(decision.redact)) or "nothing",
        "compress": ", ".join(sorted(decision.compress)) or "nothing",
        "tags": ", ".join(sorted(decision.tags)) or "none",
    }


def _denied(denial: Denial) -> Iterator[str]:
    """Denials add up target by target; of what is allowed one of the whole list must be used."""
    texts = [text for _, text in denial.targets]
    if denial.effect == "allow":
        yield f"allow only {' or '.join(sorted(texts))}"
    else:
        yield from (f"deny {text}" for text in texts)


def _smallest(before: Decider, after: Decider, facts: Facts, what: str) -> Mapping[str, Any]:
    """The request without every fact that the difference does not need."""
    small = dict(facts)
    while True:
        # What one fact stood in the way of may become possible once another is gone.
        needed = len(small)
        for key in list(small):
            less = {k: v for k, v in small.items() if k != key}
            if any(
                found == what for found, _, _ in _differing(_decided(before, less), _decided(after, less))
            ):
                small = less
        if len(small) == needed:
            return small


def _shown(key: str, facts: Facts) -> str:
    if key == "prompt":
        return f'"{facts[key]}"'
    return seen(("known", key), facts)
