"""From layers to the bytes of a decision table."""

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from router.base.problems import Problem, error
from router.facts import find_fact
from router.model.terms import RESTRICTIONS
from router.policy.compile.columns import Column, build_columns
from router.policy.compile.lower import MAX_ATOMS, Lowering, TooLargeError, rule_condition
from router.policy.compile.normal import MAX_ROWS, Row, TooManyRowsError, rows_of
from router.policy.compile.order import Placed, in_order
from router.policy.compile.records import bucket_offset, rule_record
from router.policy.compile.scans import scan_record
from router.policy.nodes import Layer
from router.table.conditions import Plain
from router.table.format import FORMAT, BlobWriter, pack
from router.table.table import CHECKPOINT, STAGES

MAX_TOTAL_ROWS = 100_000
MAX_MASK_BYTES = 1 << 20
"""How much a column of numbers may take in whole masks before toggles between them are stored instead."""


def compile_policy(
    layers: Sequence[Layer],
    catalogue: Mapping[str, Any],
    settings: Mapping[str, Any],
    fingerprint: str,
    outcomes: Mapping[str, Any] | None = None,
) -> tuple[bytes | None, tuple[Problem, ...]]:
    """The table's file, or the problems that keep it from being built.

    `layers` must have passed the checks. `catalogue`, `settings` and `outcomes` are plain data that go into the
    header as they are, the last only when there are any; the same arguments give the same bytes.
    """
    placed = in_order(layers)
    conditions, problems = _conditions(layers, placed)
    if problems:
        return None, tuple(problems)
    rows, parts, problems = _rows(placed, conditions)
    if problems:
        return None, tuple(problems)
    data = {"catalogue": catalogue, "settings": settings}
    if outcomes is not None:
        data["outcomes"] = outcomes
    return _write(placed, conditions, rows, parts, data, fingerprint), ()


def _conditions(layers: Sequence[Layer], placed: Sequence[Placed]) -> tuple[list[Plain], list[Problem]]:
    lowerings = {
        layer.name: Lowering({let.name.text: let.condition for file in layer.files for let in file.lets})
        for layer in layers
    }
    found: list[Plain] = []
    problems: list[Problem] = []
    for item in placed:
        try:
            offset = bucket_offset(item.rule.name.text)
            found.append(rule_condition(item.rule, lowerings[item.layer], offset))
        except TooLargeError:
            problems.append(
                _too_large(item, f"more than {MAX_ATOMS:,} atoms once its `let` names are in place")
            )
    return found, problems


def _too_large(item: Placed, what: str) -> Problem:
    rule = item.rule
    return error(
        "R410", f"the condition of `{rule.name.text}` is too large: {what}", rule.name.span, "split the rule"
    )


Part = tuple[int, bool]
"""Index of the rule, and whether the row carries its restrictions (else its other effects)."""


def _rows(
    placed: Sequence[Placed], conditions: Sequence[Plain]
) -> tuple[list[Row], list[Part], list[Problem]]:
    rows: list[Row] = []
    parts: list[Part] = []
    problems: list[Problem] = []
    for index, (item, condition) in enumerate(zip(placed, conditions, strict=True)):
        kinds = {effect.kind in RESTRICTIONS for effect in item.rule.effects}
        try:
            own = rows_of(condition)
        except TooManyRowsError:
            problems.append(_too_large(item, f"its alternatives need more than {MAX_ROWS:,} rows"))
            continue
        for restricts in sorted(kinds, reverse=True):
            rows += own
            parts += [(index, restricts)] * len(own)
        if len(rows) > MAX_TOTAL_ROWS:
            return rows, parts, [_too_large(item, f"the policy needs more than {MAX_TOTAL_ROWS:,} rows")]
    return rows, parts, problems


def _stage(fact: str) -> str:
    known = find_fact(fact.partition("(")[0])
    return known.stage if known else "given"


def _write(
    placed: Sequence[Placed],
    conditions: Sequence[Plain],
    rows: list[Row],
    parts: list[Part],
    data: Mapping[str, Any],
    fingerprint: str,
) -> bytes:
    blob = BlobWriter(len(rows))
    columns, literals = build_columns(rows, [restricts for _, restricts in parts])
    records = [
        json.dumps(rule_record(i, c), ensure_ascii=True).encode("ascii")
        for i, c in zip(placed, conditions, strict=True)
    ]
    header: dict[str, Any] = {
        "format": FORMAT,
        "fingerprint": fingerprint,
        "rows": len(rows),
        "names": [item.rule.name.text for item in placed],
        "layers": [item.layer for item in placed],
        "rule_of_row": blob.put(array("I", [index for index, _ in parts]).tobytes()),
        "effects": {kind: blob.mask(own) for kind, own in _rows_by_effect(placed, parts).items()},
        "literals": {found.fact: scan_record(found) for found in literals},
        "columns": [_column_record(column, blob) for column in columns],
        "minding": {stage: blob.mask(_minding(rows, stage)) for stage in STAGES},
        "records": _record_offsets(records, blob),
        **data,
    }
    return pack(header, blob.bytes())


def _rows_by_effect(placed: Sequence[Placed], parts: Iterable[Part]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, (index, restricts) in enumerate(parts):
        kinds = {effect.kind for effect in placed[index].rule.effects}
        for kind in kinds:
            if (kind in RESTRICTIONS) == restricts:
                found.setdefault(kind, []).append(row)
    return dict(sorted(found.items()))


def _minding(rows: Sequence[Row], stage: str) -> list[int]:
    return [at for at, row in enumerate(rows) if any(_stage(literal.fact) == stage for literal in row)]


def _record_offsets(records: list[bytes], blob: BlobWriter) -> list[int]:
    start = blob.put(b"".join(records))
    offsets = [start]
    for record in records:
        offsets.append(offsets[-1] + len(record))
    return offsets


def _column_record(column: Column, blob: BlobWriter) -> dict[str, Any]:
    keys = sorted(column.delta, key=repr if column.kind == "names" else None)
    record: dict[str, Any] = {
        "kind": column.kind,
        "fact": column.fact,
        "stage": _stage(column.fact),
        "default": blob.mask(column.default),
        "unknown": blob.mask(column.unknown),
    }
    if column.kind == "cells":
        record["cuts"] = column.cuts
        record["every"] = _spacing(len(column.cuts), blob.rows)
        record["bases"] = _bases(column, blob, record["every"])
        # Where every cell has its mask, nobody asks for toggles.
        keys = keys if record["every"] > 1 else []
    if column.kind != "known":
        record["keys"] = keys
        record["sets"] = blob.sets(column.delta[key] for key in keys)
    return record


def _spacing(cuts: int, rows: int) -> int:
    """Whole masks for all cells where they take little space, else for every `CHECKPOINT`-th."""
    return 1 if (2 * cuts + 1) * (rows // 8 + 1) <= MAX_MASK_BYTES else CHECKPOINT


def _bases(column: Column, blob: BlobWriter, every: int) -> list[int]:
    """A whole mask for every so many cells, so that finding a cell never sums more toggles than that."""
    offsets: list[int] = []
    current = set(column.default)
    for cell in range(2 * len(column.cuts) + 1):
        current ^= column.delta.get(cell, set())
        if cell % every == 0:
            offsets.append(blob.mask(current))
    return offsets
