"""`audit verify`: whether the log is what was written, and where it first is not."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from router.base.shipped import shipped
from router.ops.audit_log import log_of, reading
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.audit.faults import ChainReport
from router.record.audit.keys import read_keys
from router.record.audit.verify import Judge, anchors_of, steady, verify

_SHOWN = 10


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """A report on each chain; exit code 1 when one has a fault."""
    log = log_of(around)
    keys = read_keys(log.folder)
    anchors = anchors_of(keys)
    judge = _judge() if values["schema"] else None
    with reading(log) as connection:
        if connection is None:
            gone = keys is not None and keys.chain_of(log.place) in anchors
            return _gone(log.place) if gone else _result(())
        steady(connection)
        return _result(verify(connection, keys, log.place, anchors, judge=judge, progress=_progress(around)))


def _judge() -> Judge:
    from jsonschema import Draft202012Validator

    schema = json.loads(shipped("schemas/audit_event.schema.json").read_text(encoding="utf-8"))
    # Asked by kind, so that a fault is told where it lies and not as "fits none of the three forms".
    by_kind = {
        kind: Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema["$defs"]})
        for kind in ("decision", "outcome", "admin")
    }

    def judge(body: Any) -> str | None:
        if body["kind"] not in by_kind:
            return "not as the schema says: $.kind"
        fault = next(iter(by_kind[body["kind"]].iter_errors(body)), None)
        return None if fault is None else f"not as the schema says: {fault.json_path}"

    return judge


def _progress(around: Surroundings) -> Callable[[int], None]:
    """At most a line a second, and none in the first."""
    said = [time.monotonic()]

    def progress(count: int) -> None:
        if time.monotonic() - said[0] >= 1:
            said[0] = time.monotonic()
            around.progress(f"{count:,} events checked")

    return progress


def _gone(place: str) -> Result:
    said = f"the store {place} is gone, although events were recorded in it"
    return Result({"ok": False, "chains": [], "fault": said}, lambda colour: said, 1)


def _result(reports: Sequence[ChainReport]) -> Result:
    ok = not any(report.faults for report in reports)
    plain = {"ok": ok, "chains": [report.to_plain() for report in reports]}
    return Result(plain, lambda colour: _text(reports), 0 if ok else 1)


def _text(reports: Sequence[ChainReport]) -> str:
    return "\n".join(_chain(report) for report in reports) or "nothing is recorded yet"


def _chain(report: ChainReport) -> str:
    whose = "this installation's" if report.own else f"another installation's, key {(report.public_key or '?')[:16]}"
    pruned = f", events up to {report.pruned_to:,} removed by retention" if report.pruned_to else ""
    head = f"chain {report.chain[:8]} ({whose}): {report.events:,} events, {report.checkpoints:,} checkpoints{pruned}"
    lines = [head, *(f"  note: {note}" for note in report.notes)]
    if not report.faults:
        return "\n".join([*lines, "  whole"])
    first, *others = report.faults
    lines.append(f"  first bad place: event {first.seq}: {first.kind}: {first.detail}")
    lines += [f"  then event {fault.seq}: {fault.kind}: {fault.detail}" for fault in others[: _SHOWN - 1]]
    left = len(others) - (_SHOWN - 1) + report.more_faults
    return "\n".join([*lines, *([f"  and {left:,} more"] if left > 0 else [])])


OPERATION = Operation(
    name="audit verify",
    summary="whether the audit log is what was written, and the first place where it is not",
    description=(
        "Follows every chain of the store: hashes, signed checkpoints, and for this installation's own chain also macs "
        "and the count kept outside the store. Exit code 1 when anything was altered, removed, inserted or reordered."
    ),
    parameters=(Parameter("schema", "also hold each event against the JSON Schema, which takes much longer", kind="flag"),),
    run=run,
    example="llm-router audit verify",
)
