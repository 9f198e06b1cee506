"""Claims and settlements as JSON, for reservations and the spool, and as columns of the ledger."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from router.model.decision import Cap
from router.model.ledger import Asker, Claim, Settlement, Usage
from router.record.money import nano_or_unknown


class Settled(NamedTuple):
    """One attempt that ended, as it enters the ledger; `at` and `settled_at` are UTC microseconds.

    `corrects`: the attempt had been given up as expired, and this is what really came of it.
    """

    id: str
    at: int
    settled_at: int
    claim: Claim
    settlement: Settlement
    corrects: bool = False


def claim_to_plain(claim: Claim) -> dict[str, Any]:
    """A claim as plain data."""
    plain = claim._asdict()
    plain["caps"] = [[list(cap.scope), cap.usd, cap.period, cap.rule] for cap in claim.caps]
    plain["asker"] = claim.asker._asdict()
    return plain


def claim_from_plain(plain: Mapping[str, Any]) -> Claim:
    """The claim that `claim_to_plain` wrote; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
    caps = tuple(Cap(tuple(scope), usd, period, rule) for scope, usd, period, rule in plain["caps"])
    return Claim(**{**plain, "caps": caps, "asker": Asker(**plain["asker"])})


def claim_to_json(claim: Claim) -> str:
    """A claim as one line of JSON."""
    return json.dumps(claim_to_plain(claim), separators=(",", ":"))


def claim_from_json(text: str) -> Claim:
    """The claim of `claim_to_json`."""
    return claim_from_plain(json.loads(text))


def settled_to_plain(settled: Settled) -> dict[str, Any]:
    """An ended attempt as plain data."""
    settlement = {**settled.settlement._asdict(), "usage": list(settled.settlement.usage)}
    return {
        "id": settled.id, "at": settled.at, "settled_at": settled.settled_at,
        "claim": claim_to_plain(settled.claim), "settlement": settlement,
    }  # fmt: skip


def settled_from_plain(plain: Mapping[str, Any]) -> Settled:
    """The attempt that `settled_to_plain` wrote; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
    usage = Usage(*plain["settlement"]["usage"])
    return Settled(
        plain["id"],
        plain["at"],
        plain["settled_at"],
        claim_from_plain(plain["claim"]),
        Settlement(**{**plain["settlement"], "usage": usage}),
    )


def to_row(settled: Settled) -> dict[str, Any]:
    """The columns of the ledger; a cost that is no amount of money is an unknown one."""
    claim, settlement = settled.claim, settled.settlement
    asker, usage = claim.asker, settlement.usage
    return {
        "id": settled.id, "call_id": claim.call_id, "attempt": claim.attempt, "decision_id": claim.decision_id,
        "at": settled.at, "settled_at": settled.settled_at, "kind": claim.kind, "source": asker.source,
        "user": asker.user, "host": asker.host, "session": asker.session, "repo": asker.repo, "agent": asker.agent,
        "task": claim.task, "complexity": claim.complexity, "provider": claim.provider, "model": claim.model,
        "reported_model": settlement.model, "outcome": settlement.outcome, "failure": settlement.failure,
        "error": settlement.error, "input_tokens": usage.input, "output_tokens": usage.output,
        "cached_tokens": usage.cached, "cost_nano": nano_or_unknown(settlement.cost_usd),
        "estimated": settlement.estimated, "latency_ms": settlement.latency_ms,
        "first_token_ms": settlement.first_token_ms,
    }  # fmt: skip
