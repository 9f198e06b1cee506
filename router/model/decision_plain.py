"""A decision as plain data that JSON can hold, for records that are read again."""

import math
import sys
from collections.abc import Mapping
from typing import Any

from router.model.decision import Decision


def decision_plain(decision: Decision) -> dict[str, Any]:
    """The decision's own fields as JSON can hold them."""
    plain = decision._asdict()
    return {
        **{
            name: plain[name]
            for name in ("outcome", "complexity", "asked_complexity", "tier", "mode", "profile")
        },
        "task": decision.task,
        "estimated_cost_usd": json_able(decision.estimated_cost_usd),
        "judgement": json_able(decision.judgement._asdict()),
        "chain": list(decision.chain),
        "denials": [
            {"effect": d.effect, "targets": [list(target) for target in d.targets], "rule": d.rule}
            for d in decision.denials
        ],
        "caps": [{**cap._asdict(), "scope": list(cap.scope)} for cap in decision.caps],
        **{name: list(plain[name]) for name in ("refusals", "approvals", "redact", "compress", "tags")},
        "rules": [list(rule) for rule in decision.rules],
    }


_AS_IT_IS = frozenset({str, int, bool, type(None)})
_MOST = sys.float_info.max


def json_able(value: Any) -> Any:
    """Tuples as lists, sets in order, and an infinite number as the largest there is: JSON has none of them."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, float):
        return value if -_MOST <= value <= _MOST or value != value else math.copysign(_MOST, value)
    if isinstance(value, Mapping):
        return {str(key): item if type(item) in _AS_IT_IS else json_able(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(value)
    return [json_able(item) for item in value] if isinstance(value, list | tuple) else value
