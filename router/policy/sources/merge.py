"""Claims of all layers -> effective settings; nothing is forgotten on the way."""

from collections.abc import Iterable
from typing import Any

from router.policy.nodes import LAYERS
from router.policy.sources.values import Claim, Combine, Origin, Setting

_COMBINE: dict[str, Combine] = {
    "block_providers": "union",
    "block_models": "union",
    "rules": "union",
    "allow_models": "each",
    "task_caps": "least",
    "daily_caps": "least",
    "provider_caps": "least",
    "monthly_cap": "least",
    "session_cap": "least",
    "call_cap": "least",
    "approve_above": "least",
    "session_context": "least",
    "tool_approvals": "least",
}
ORGANISATION_FIRST = frozenset({"audit", "team", "budget_failure", "baseline", "semantic_cache", "compress_failing"})
"""Keys on which an organisation's word counts before a user's: what is kept, given again or shortened, and what is reported."""

_STRENGTH = {name: place for place, name in enumerate(LAYERS)}


def combine_of(key: str) -> Combine:
    """How the claims for a key come together."""
    return _COMBINE.get(key.split(".")[0], "first")


def merge(*groups: Iterable[Claim]) -> tuple[Claim, ...]:
    """All claims by key, the strongest first, each once.

    Associative, and blind to the order of its arguments: the order is total and nothing is dropped.
    """
    every = dict.fromkeys(claim for group in groups for claim in group)
    return tuple(sorted(every, key=_rank))


def settings_of(claims: Iterable[Claim]) -> tuple[Setting, ...]:
    """The effective value of every key, by key."""
    by_key: dict[str, list[Claim]] = {}
    for claim in merge(claims):
        by_key.setdefault(claim.key, []).append(claim)
    return tuple(_setting(key, group) for key, group in by_key.items())


def _setting(key: str, claims: list[Claim]) -> Setting:
    combine = combine_of(key)
    if key.split(".")[0] in ORGANISATION_FIRST:
        claims = sorted(claims, key=lambda claim: claim.origin.layer != "org")
    counting = [claim for claim in claims if not claim.aside] or claims
    origins = tuple(claim.origin for claim in counting)
    if combine == "least":
        winner = min(origins, key=lambda origin: float(origin.value))
    else:
        winner = origins[0]
    parts = (winner,) if combine in ("first", "least") else origins
    lost = tuple(claim.origin for claim in claims if claim.origin not in parts)
    value = _value(combine, winner, origins)
    locked = next((c.locked for c in claims if c.origin is winner), None)
    return Setting(key, value, winner.layer, winner.span, lost, combine, parts, locked)


def _value(combine: Combine, winner: Origin, origins: tuple[Origin, ...]) -> Any:
    if combine == "union":
        return tuple(dict.fromkeys(item for origin in origins for item in origin.value))
    if combine == "each":
        lists = tuple(origin.value for origin in origins if origin.value)
        return lists[0] if len(lists) == 1 else lists
    return winner.value


def _rank(claim: Claim) -> tuple[Any, ...]:
    span, layer = claim.origin.span, claim.origin.layer
    place = (span.file, span.line, span.column, span.end_line, span.end_column)
    return (
        claim.key,
        claim.locked is None,
        _STRENGTH[layer],
        place,
        repr(claim.origin.value),
        repr(claim.locked),
    )
