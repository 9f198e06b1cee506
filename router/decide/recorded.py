"""A prompt as a record of it: which predicates held, so that a decision can be made again without its text."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from router.decide.scan import OncePatterns, PromptScan, Scan
from router.table.table import Table


class Predicates(NamedTuple):
    """What a policy asked of a prompt and what held; `whole`: all of the prompt was looked at.

    Predicates are named ``word:…`` and ``regex:…``. `false` None: what did not hold is not listed, it is all else
    that the policy with the same fingerprint asks.
    """

    true: frozenset[str]
    false: frozenset[str] | None
    whole: bool


class Told(NamedTuple):
    """What stands for a prompt among the facts; `supposed` literals count as true although nobody can tell."""

    predicates: Predicates
    supposed: frozenset[int] = frozenset()


NOTHING_ASKED = Predicates(frozenset(), None, True)
"""Of a policy that asks nothing of prompts."""

_Atom = tuple[str, list[int]]


class PredicateScan:
    """Finds the truth of each predicate of a table's prompt rules, one by one."""

    def __init__(self, table: Table) -> None:
        record = table.literals.get("prompt") or {}
        self.names = tuple(name for name, _ in _atoms(record))
        self._scan = PromptScan(_numbered_alone(record)) if record else None

    def __call__(self, prompt: str) -> Predicates:
        """What holds of a prompt."""
        true, whole = self._scan(prompt) if self._scan else ((), True)
        held = frozenset(self.names[number] for number in true)
        return Predicates(held, frozenset(self.names) - held, whole)


class NotingScan:
    """The scan of a decider that also notes which predicates held of the prompt it was last given."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._atoms = tuple(_atoms(record))
        self._scan = PromptScan(_numbered_alone(record), OncePatterns)
        self.found = NOTHING_ASKED

    def __call__(self, prompt: str) -> tuple[list[int], bool]:
        """As the decider's own scan."""
        true, whole = self._scan(prompt)
        held = [self._atoms[number] for number in true]
        self.found = Predicates(frozenset(name for name, _ in held), None, whole)
        return list({number for _, numbers in held for number in numbers}), whole


def noting_scan(table: Table) -> NotingScan | None:
    """A scan for the decider of a table; None when its policy asks nothing of the prompt."""
    record = table.literals.get("prompt")
    return NotingScan(record) if record else None


def recorded_scans(table: Table) -> dict[str, Scan]:
    """The scans of a decider whose requests hold `Told` in place of a prompt."""
    record = table.literals.get("prompt")
    return {} if record is None else {"prompt": _RecordedScan(record)}


class _RecordedScan:
    def __init__(self, record: Mapping[str, Any]) -> None:
        self._atoms = tuple(_atoms(record))

    def __call__(self, value: Told) -> tuple[list[int], bool]:
        true = value.predicates.true
        found = {number for name, numbers in self._atoms if name in true for number in numbers}
        return list(found | value.supposed), value.predicates.whole


def untold(table: Table, predicates: Predicates, same_policy: bool) -> frozenset[int]:
    """The literals of a table whose truth a record does not tell."""
    if same_policy:
        return frozenset()
    known = predicates.true | (predicates.false or frozenset())
    true: set[int] = set()
    open_: set[int] = set()
    for name, numbers in _atoms(table.literals.get("prompt") or {}):
        if name in predicates.true:
            true.update(numbers)
        elif name not in known:
            open_.update(numbers)
    return frozenset(open_ - true)


def _atoms(record: Mapping[str, Any]) -> Iterator[_Atom]:
    """Each predicate of a scan's record with the literals it makes true, in a fixed order."""
    for text, numbers in record.get("token", {}).items():
        yield f"word:{text}", numbers
    for kind in ("phrase", "inside"):
        for phrases in record.get(kind, {}).values():
            for text, numbers in phrases.items():
                yield f"word:{text}", numbers
    for pattern, numbers in record.get("patterns", ()):
        yield f"regex:{pattern}", numbers


def _numbered_alone(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with a number of its own for each predicate, counted as `_atoms` does."""
    numbers = iter(range(10**9))
    made: dict[str, Any] = {"token": {text: [next(numbers)] for text in record["token"]}}
    for kind in ("phrase", "inside"):
        made[kind] = {
            first: {text: [next(numbers)] for text in texts} for first, texts in record[kind].items()
        }
    made["patterns"] = [[pattern, [next(numbers)]] for pattern, _ in record["patterns"]]
    made["needles"] = record.get("needles")
    return made
