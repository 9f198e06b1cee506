"""What the effects that collect come to together."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

from router.model.decision import Cap, Denial
from router.model.terms import COMPLEXITIES
from router.table.rowsets import members
from router.table.table import Table

MEMO_LIMIT = 8192
"""How many results of a pure function are remembered."""
_COLLECTED = ("deny", "allow", "cap", "refuse", "approve", "redact", "compress", "tag", "downgrade")
_LATE = ("cap", "refuse", "approve", "redact", "compress", "tag")


class Collected(NamedTuple):
    """What the matched collecting rows add up to; `number` tells one set of rows from another within a process."""

    denials: tuple[Denial, ...] = ()
    caps: tuple[Cap, ...] = ()
    refusals: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    redact: tuple[str, ...] = ()
    compress: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ceiling: str | None = None
    rules: tuple[tuple[str, str], ...] = ()
    number: int = 0


NOTHING = Collected()


class Collecting:
    """What the rows of one table add up to, remembered by the set of rows."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._numbers = count(1)
        self._found: dict[int, Collected] = {}
        self._masks = {kind: mask for kind in _COLLECTED if (mask := table.effects.get(kind, 0))}
        self.rows = _union(table, _COLLECTED)
        """The rows with an effect that collects."""
        self.late = _union(table, _LATE) & table.stages["priced"].minding
        """Those of them that ask the estimated cost."""
        self.early = self.rows & ~self.late

    def collected(self, rows: int) -> Collected:
        """What rows add up to."""
        found = self._found.get(rows)
        if found is None:
            if len(self._found) >= MEMO_LIMIT:
                self._found.clear()
            made = collect(self._table, self._kinds_by_rule(rows))
            found = self._found[rows] = made._replace(number=next(self._numbers))
        return found

    def _kinds_by_rule(self, rows: int) -> list[tuple[int, frozenset[str]]]:
        kinds: dict[int, set[str]] = {self._table.rule_of_row(row): set() for row in members(rows)}
        for kind, mask in self._masks.items():
            for row in members(rows & mask):
                kinds[self._table.rule_of_row(row)].add(kind)
        return [(index, frozenset(found)) for index, found in kinds.items()]


def _union(table: Table, kinds: Iterable[str]) -> int:
    mask = 0
    for kind in kinds:
        mask |= table.effects.get(kind, 0)
    return mask


def collect(table: Table, wanted: Sequence[tuple[int, frozenset[str]]]) -> Collected:
    """What rules add up to; `wanted` are rules in order, each with the kinds of effect that fired."""
    denials: list[Denial] = []
    caps: dict[tuple[str, ...], Cap] = {}
    words: dict[str, dict[str, None]] = {"redact": {}, "compress": {}, "tag": {}}
    flags: dict[str, dict[str, None]] = {"refuse": {}, "approve": {}}
    ceiling: str | None = None
    rules: list[tuple[str, str]] = []
    for index, kinds in wanted:
        name = table.names[index]
        for effect in table.rule(index)["effects"]:
            kind = effect["kind"]
            if kind not in kinds:
                continue
            rules.append((kind, name))
            if kind in ("deny", "allow"):
                targets = tuple((target, text) for target, text in effect["targets"])
                denials.append(Denial(kind, targets, name))
            elif kind == "cap":
                _tighten(caps, Cap(tuple(effect["words"]), effect["usd"], effect["period"], name))
            elif kind == "downgrade":
                level = effect["words"][0]
                ceiling = level if ceiling is None else min(ceiling, level, key=COMPLEXITIES.index)
            elif kind in words:
                words[kind].update(dict.fromkeys(_phrases(kind, effect["words"])))
            else:
                flags[kind][name] = None
    return Collected(
        tuple(denials), tuple(caps.values()), tuple(flags["refuse"]), tuple(flags["approve"]),
        tuple(words["redact"]), tuple(words["compress"]), tuple(words["tag"]), ceiling, tuple(rules),
    )  # fmt: skip


def _phrases(kind: str, words: Sequence[str]) -> Sequence[str]:
    return (" ".join(words),) if kind == "compress" else words


def _tighten(caps: dict[tuple[str, ...], Cap], cap: Cap) -> None:
    """Keep the smallest cap of each kind: scope, name and period."""
    key = (*cap.scope, cap.period)
    if key not in caps or cap.usd < caps[key].usd:
        caps[key] = cap
