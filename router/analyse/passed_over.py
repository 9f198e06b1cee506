"""Which dearer models a decision did not put first, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from router.decide.decide import Decider
from router.model.decision import Decision, Dropped
from router.model.terms import COMPLEXITIES, TIERS

_CHAIN_OF_TIER = {"mid": "balanced", "premium": "premium"}


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Models of one dearer tier that a reader may have expected, with the reason that holds for all of them."""

    models: tuple[str, ...]
    tier: str
    reason: str


def passed_over(decider: Decider, decision: Decision, dropped: tuple[Dropped, ...]) -> tuple[PassedOver, ...]:
    """By tier, dearest last: later in the chain, or not in it; models that may not be used are told apart."""
    if not decision.chain:
        return ()
    own = decider.catalogue.tier(decision.chain[0])
    dearer = TIERS[TIERS.index(own) + 1 :] if own in TIERS else ()
    unusable = {drop.model for drop in dropped}
    return tuple(found for tier in dearer for found in _of_tier(decider, decision, tier, unusable))


def _of_tier(decider: Decider, decision: Decision, tier: str, unusable: set[str]) -> Iterator[PassedOver]:
    catalogue, chain = decider.catalogue, decision.chain
    later = tuple(model for model in chain[1:] if catalogue.tier(model) == tier)
    if later:
        yield PassedOver(later, tier, f"after {chain[0]} in the chain")
    usual = catalogue.chain(_CHAIN_OF_TIER[tier], decision.task or "query", COMPLEXITIES[TIERS.index(tier)])
    left = (m for m in usual if m not in chain and m not in unusable and catalogue.tier(m) == tier)
    absent = tuple(left)
    if absent:
        yield PassedOver(absent, tier, _reason(decider, decision))


def _reason(decider: Decider, decision: Decision) -> str:
    rule = next((name for effect, name in decision.rules if effect == "route"), None)
    table = decider.table
    records = (table.rule(at) for at, name in enumerate(table.names) if name == rule)
    targets = [t for r in records for e in r["effects"] if e["kind"] == "route" for t in e["targets"]]
    if ["chain", "tier"] in targets:
        kind = f"{decision.task or 'unknown'}/{decision.complexity or 'unknown'}"
        return f"{kind} is served at tier {decision.tier}"
    return f"rule {rule} does not lead to them"
