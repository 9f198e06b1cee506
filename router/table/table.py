"""The decision table in memory: columns whose masks are read from the blob when a value first needs them."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from typing import Any

from router.model.catalogue import Catalogue, catalogue_from_plain
from router.model.outcomes import Expectations, expectations_from_plain
from router.table import rowsets
from router.table.conditions import Plain, from_json
from router.table.format import unpack

STAGES = ("given", "classified", "profiled", "priced")
CHECKPOINT = 64
"""Every how many cells a column of numbers stores a whole mask."""

_MEMO_LIMIT = 4096


class _Sets:
    """Sets of rows in the blob by number, read when they are asked for."""

    __slots__ = ("_blob", "_index")

    def __init__(self, blob: memoryview, index: list[int]) -> None:
        self._blob = blob
        self._index = index

    def __getitem__(self, number: int) -> int:
        offset, size = self._index[2 * number], self._index[2 * number + 1]
        return rowsets.decode(self._blob[offset : offset + abs(size)], size < 0)


class Masks(dict[Any, int]):
    """The rows that pass by a fact's value, an unknown fact being None; found when a value is first asked for."""

    __slots__ = ("_find",)

    def __init__(self, unknown: int, find: Callable[[Any], int]) -> None:
        self[None] = unknown
        self._find = find

    def __missing__(self, value: Any) -> int:
        mask = self._find(value)
        if len(self) < _MEMO_LIMIT:
            self[value] = mask
        return mask


class NamesColumn:
    """Rows that pass for a value of a single-valued name."""

    __slots__ = ("_at", "_sets", "default", "fact", "masks", "unknown")

    def __init__(self, fact: str, default: int, unknown: int, keys: list[str], sets: _Sets) -> None:
        self.fact = fact
        self.default = default
        self.unknown = unknown
        self.masks = Masks(unknown, self._find)
        self._at = {key: number for number, key in enumerate(keys)}
        self._sets = sets

    def _find(self, value: Any) -> int:
        number = self._at.get(value)
        return self.default if number is None else self.default ^ self._sets[number]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self._at)


class CellsColumn:
    """Rows that pass for a number: one mask for each cut and each gap between cuts."""

    __slots__ = ("_base", "_by_cell", "_cells", "_every", "_sets", "cuts", "fact", "masks", "unknown")

    def __init__(
        self,
        fact: str,
        unknown: int,
        cuts: list[float],
        cells: list[int],
        sets: _Sets,
        base: Callable[[int], int],
        every: int,
    ) -> None:
        self.fact = fact
        self.unknown = unknown
        self.cuts = cuts
        self.masks = Masks(unknown, self._find)
        self._by_cell: list[int | None] = [None] * (2 * len(cuts) + 1)
        self._cells = {cell: number for number, cell in enumerate(cells)}
        self._sets = sets
        self._base = base
        self._every = every

    def _find(self, value: float) -> int:
        cell = self.cell_of(value)
        found = self._by_cell[cell]
        return self._made(cell) if found is None else found

    def _made(self, cell: int) -> int:
        """The mask of a cell from the nearest stored one before it."""
        start = cell // self._every
        mask = self._base(start)
        for at in range(start * self._every + 1, cell + 1):
            number = self._cells.get(at)
            if number is not None:
                mask ^= self._sets[number]
        self._by_cell[cell] = mask
        return mask

    def cell_of(self, value: float) -> int:
        """2k is the gap before cut k, 2k + 1 is cut k itself."""
        return bisect_left(self.cuts, value) + bisect_right(self.cuts, value)


class SlotColumn:
    """Rows that pass given which literals of a many-valued fact are true."""

    __slots__ = ("_at", "_sets", "default", "deltas", "fact", "unknown")

    def __init__(self, fact: str, default: int, unknown: int, keys: list[int], sets: _Sets) -> None:
        self.fact = fact
        self.default = default
        self.unknown = unknown
        self.deltas: dict[int, int] = {}
        self._at = {key: number for number, key in enumerate(keys)}
        self._sets = sets

    def delta(self, literal: int) -> int:
        """The rows whose bit a true literal turns; 0 when this slot does not hold it."""
        found = self.deltas.get(literal)
        if found is None:
            number = self._at.get(literal)
            found = self.deltas[literal] = 0 if number is None else self._sets[number]
        return found

    def mask(self, true: list[int]) -> int:
        mask, deltas = self.default, self.deltas
        for literal in true:
            found = deltas.get(literal)
            mask ^= self.delta(literal) if found is None else found
        return mask

    def partial_mask(self, true: list[int]) -> int:
        """The mask when literals that are not known true may still be: they count as unknown."""
        mask = self.unknown
        for literal in true:
            delta = self.delta(literal)
            mask = (mask & ~delta) | (delta & ~self.default)
        return mask


class KnownColumn:
    """Rows that pass when a fact is known, and when it is not."""

    __slots__ = ("default", "fact", "unknown")

    def __init__(self, fact: str, default: int, unknown: int) -> None:
        self.fact = fact
        self.default = default
        self.unknown = unknown


class Stage:
    """The columns of the facts that become known at one stage."""

    __slots__ = ("cells", "known", "minding", "names", "slots")

    def __init__(self) -> None:
        self.names: list[NamesColumn] = []
        self.cells: list[CellsColumn] = []
        self.slots: dict[str, list[SlotColumn]] = {}
        self.known: list[KnownColumn] = []
        self.minding = 0
        """The rows that ask a fact of this stage."""


class Table:
    """A compiled policy; `Table.load` reads what `router.policy.compile` wrote."""

    def __init__(self, header: dict[str, Any], blob: memoryview) -> None:
        self._blob = blob
        self._header = header
        self._catalogue: Catalogue | None = None
        self._expectations: Expectations | None = None
        self._records: dict[int, dict[str, Any]] = {}
        self._conditions: dict[int, Plain] = {}
        self.fingerprint: str = header["fingerprint"]
        self.rows: int = header["rows"]
        self.full = (1 << self.rows) - 1
        self.names: list[str] = header["names"]
        self.layers: list[str] = header["layers"]
        self._rule_of_row = self._slice(header["rule_of_row"], 4 * self.rows).cast("I")
        self.effects: dict[str, int] = {kind: self._mask(at) for kind, at in header["effects"].items()}
        self.literals: dict[str, Any] = header["literals"]
        self.stages = {name: Stage() for name in STAGES}
        for column in header["columns"]:
            self._add_column(column)
        for name, offset in header["minding"].items():
            self.stages[name].minding = self._mask(offset)

    @staticmethod
    def load(data: bytes, path: str = "table") -> "Table":
        """A table from its file's bytes; `DamagedFileError` when they are not what was written."""
        return Table(*unpack(data, path))

    @property
    def catalogue(self) -> Catalogue:
        if self._catalogue is None:
            self._catalogue = catalogue_from_plain(self._header["catalogue"])
        return self._catalogue

    @property
    def settings(self) -> Mapping[str, Any]:
        """Settings that are no rules, such as `defaults` for mode and profile."""
        found: Mapping[str, Any] = self._header["settings"]
        return found

    @property
    def expectations(self) -> Expectations | None:
        """What outcomes say is expected of models; None when there are no outcomes."""
        plain = self._header.get("outcomes")
        if plain is not None and self._expectations is None:
            self._expectations = expectations_from_plain(plain)
        return self._expectations

    def rule_of_row(self, row: int) -> int:
        found: int = self._rule_of_row[row]
        return found

    def rule(self, index: int) -> dict[str, Any]:
        """The record of a rule: name, layer, file, line, because, locked, effects, when."""
        found = self._records.get(index)
        if found is None:
            start, end = self._header["records"][index : index + 2]
            found = self._records[index] = json.loads(bytes(self._blob[start:end]))
        return found

    def condition(self, index: int) -> Plain:
        """The whole condition of a rule in plain form."""
        found = self._conditions.get(index)
        if found is None:
            found = self._conditions[index] = from_json(self.rule(index)["when"])
        return found

    def _slice(self, offset: int, size: int) -> memoryview:
        return self._blob[offset : offset + size]

    def _mask(self, offset: int) -> int:
        return int.from_bytes(self._slice(offset, (self.rows + 7) // 8), "little")

    def _add_column(self, data: dict[str, Any]) -> None:
        stage, fact = self.stages[data["stage"]], data["fact"]
        unknown = self._mask(data["unknown"])
        sets = _Sets(self._blob, data.get("sets", []))
        match data["kind"]:
            case "names":
                stage.names.append(
                    NamesColumn(fact, self._mask(data["default"]), unknown, data["keys"], sets)
                )
            case "cells":
                bases = data["bases"]

                def base(number: int) -> int:
                    return self._mask(bases[number])

                stage.cells.append(
                    CellsColumn(fact, unknown, data["cuts"], data["keys"], sets, base, data["every"])
                )
            case "slot":
                slot = SlotColumn(fact, self._mask(data["default"]), unknown, data["keys"], sets)
                stage.slots.setdefault(fact, []).append(slot)
            case "known":
                stage.known.append(KnownColumn(fact, self._mask(data["default"]), unknown))
