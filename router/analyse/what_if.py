"""What another fact would change about a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from router.base.render import printable
from router.decide.decide import Classify, Decider
from router.decide.judged import unjudged
from router.decide.strain import with_strain
from router.model.decision import Cap, Decision, Facts


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The decision with some facts changed, and what is different."""

    changes: tuple[tuple[str, str], ...]
    decision: Decision
    differences: tuple[tuple[str, str, str], ...]

    def to_plain(self) -> dict[str, Any]:
        return {
            "changes": dict(self.changes),
            "differences": [{"field": f, "was": was, "is": now} for f, was, now in self.differences],
        }

    def text(self) -> str:
        said = ", ".join(f"{key} = {value}" for key, value in self.changes)
        if not self.differences:
            return printable(f"what if {said}: nothing changes")
        lines = [f"  {field}: {was} -> {now}" for field, was, now in self.differences]
        return "\n".join(printable(line) for line in (f"what if {said}:", *lines))


_COMPARED = (
    "outcome",
    "task",
    "complexity",
    "tier",
    "mode",
    "profile",
    "chain",
    "denied",
    "caps",
    "refusals",
    "approvals",
    "redact",
    "compress",
    "tags",
)


def differences(old: Decision, new: Decision) -> tuple[tuple[str, str, str], ...]:
    """The fields in which two decisions differ, with both values in words."""
    found = []
    for field in _COMPARED:
        was, now = getattr(old, field), getattr(new, field)
        if was != now and (words := (_words(was), _words(now)))[0] != words[1]:
            found.append((field, *words))
    return tuple(found)


def _words(value: Any) -> str:
    if isinstance(value, Cap):
        return f"{' '.join(value.scope)} ${value.usd:.2f}/{value.period}"
    if isinstance(value, tuple):
        return ", ".join(_words(part) for part in value) or "none"
    return "none" if value is None else str(value)


def _change(key: str, value: Any) -> str:
    if value is None:
        return "unknown"
    return f"a text of {len(value)} characters" if key == "prompt" else _words(value)


def what_if(
    decider: Decider, facts: Facts, changes: Mapping[str, Any], classify: Classify = unjudged
) -> WhatIf:
    """Decide again with facts changed; a change to None makes a fact unknown."""
    before = decider.decide(facts, classify)
    changed = with_strain({key: value for key, value in {**facts, **changes}.items() if value is not None})
    after = decider.decide(changed, classify)
    said = tuple((key, _change(key, value)) for key, value in changes.items())
    return WhatIf(said, after, differences(before, after))
