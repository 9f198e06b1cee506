"""Effects in the words of the language."""

from collections.abc import Mapping
from typing import Any

_HEADS = {
    "classify": "classify as ", "deny": "deny ", "allow": "allow only ", "refuse": "refuse", "approve": "require approval",
    "redact": "redact ", "compress": "compress ", "tag": "tag ", "downgrade": "downgrade to ", "route": "route to ",
    "mode": "mode ", "profile": "profile ", "prefer": "prefer ", "avoid": "avoid ",
}  # fmt: skip
_JOINS = {"classify": "/", "route": " then ", "compress": " "}


def spell_target(kind: str, text: str) -> str:
    """A target as an effect names it."""
    return f"@{text}" if kind == "chain" else f'"{text}"' if kind == "pattern" and "/" not in text else text


def spell_effect(effect: Mapping[str, Any]) -> str:
    """An effect record in the words of the language."""
    kind = effect["kind"]
    if kind == "cap":
        return f"cap {' '.join(effect['words'])} at ${effect['usd']:.2f}/{effect['period']}"
    parts = list(effect.get("words", ()))
    parts += [spell_target(target, text) for target, text in effect.get("targets", ())]
    return _HEADS[kind] + _JOINS.get(kind, ", ").join(parts)
