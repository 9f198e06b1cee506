"""What the table keeps of each rule, to name it, explain it and carry out its effects."""

from typing import Any
from zlib import crc32

from router.model.terms import BUCKETS
from router.policy.compile.order import Placed
from router.policy.nodes import Effect
from router.table.conditions import Plain


def effect_record(effect: Effect) -> dict[str, Any]:
    """An effect as plain data; empty fields are left out."""
    record: dict[str, Any] = {"kind": effect.kind}
    if effect.words:
        record["words"] = [word.text for word in effect.words]
    if effect.targets:
        record["targets"] = [[target.kind, target.text] for target in effect.targets]
    if effect.usd is not None:
        record["usd"] = effect.usd
        record["period"] = effect.period
    return record


def rule_record(placed: Placed, when: Plain) -> dict[str, Any]:
    """A rule as plain data."""
    rule = placed.rule
    return {
        "name": rule.name.text,
        "layer": placed.layer,
        "file": rule.span.file,
        "line": rule.span.line,
        "because": rule.because,
        "locked": rule.lock is not None,
        "effects": [effect_record(effect) for effect in rule.effects],
        "when": when,
    }


def bucket_offset(name: str) -> int:
    """Where a rule's share of sessions starts: by its name, so that equal shares of two rules differ."""
    return crc32(name.encode("utf-8", "surrogatepass")) % BUCKETS
