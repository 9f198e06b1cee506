"""What the audit log keeps: one event a decision, one an outcome, one an act of an administrator."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from router.model.ledger import Asker, Claim, Settlement

VERSION = 1
"""The version of an event's body; `schemas/audit_event.schema.json` describes it."""


class DecisionEvent(NamedTuple):
    """A decision and everything needed to decide again.

    `facts` are the known ones by key; `unknown` are those that the policy asks and nobody said, `pending` those that
    were not found out because nothing hinged on them. `prompt` says what is kept of the prompt, `judged` what the
    classifier thought (None: it was not asked). `losers` is None when it was not worked out.
    """

    id: str
    at: datetime
    decision_id: str
    asker: Asker
    policy: str
    facts: Mapping[str, Any]
    unknown: tuple[str, ...]
    pending: tuple[str, ...]
    prompt: Mapping[str, Any]
    judged: Mapping[str, Any] | None
    decision: Mapping[str, Any]
    rules: tuple[Mapping[str, Any], ...]
    losers: tuple[Mapping[str, Any], ...] | None
    switch: Mapping[str, Any] | None = None
    """What became of another model's taking over from the session's; None when none was to."""
    demoted: Mapping[str, float] = {}
    """Models put last in the chain for what judges thought of their answers, with the score."""

    def to_body(self) -> dict[str, Any]:
        """The event as JSON can hold it."""
        return {
            **_head("decision", self.id, self.at, self.decision_id, self.asker),
            "policy": self.policy,
            "facts": dict(self.facts),
            "unknown": list(self.unknown),
            "pending": list(self.pending),
            "prompt": dict(self.prompt),
            "judged": None if self.judged is None else dict(self.judged),
            "decision": dict(self.decision),
            "rules": [dict(rule) for rule in self.rules],
            "losers": None if self.losers is None else [dict(rule) for rule in self.losers],
            **({} if self.switch is None else {"switch": dict(self.switch)}),
            **({"demoted": dict(self.demoted)} if self.demoted else {}),
        }


class OutcomeEvent(NamedTuple):
    """What came of one attempt; the attempts of a call share `call_id` and together are the chain tried.

    `attempt_id` is the attempt's row in the ledger, `corrects` says that it had been given up as expired.
    `estimate_usd` is the cost before, `cost_usd` after; None is an unknown price.
    """

    id: str
    at: datetime
    decision_id: str | None
    asker: Asker
    attempt_id: str
    corrects: bool
    call_id: str
    attempt: int
    call_kind: str
    provider: str
    model: str
    reported_model: str | None
    task: str | None
    complexity: str | None
    outcome: str
    failure: str | None
    error: str | None
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    estimate_usd: float | None
    cost_usd: float | None
    estimated: bool
    latency_ms: float

    def to_body(self) -> dict[str, Any]:
        """The event as JSON can hold it."""
        return {
            **self._asdict(),
            **_head("outcome", self.id, self.at, self.decision_id, self.asker),
        }


class AdminEvent(NamedTuple):
    """Something done to the installation: `action` is prune, cut, budget, approval and so on; `detail` is JSON-able."""

    id: str
    at: datetime
    asker: Asker
    action: str
    detail: Mapping[str, Any]
    decision_id: str | None = None

    def to_body(self) -> dict[str, Any]:
        """The event as JSON can hold it."""
        return {
            **_head("admin", self.id, self.at, self.decision_id, self.asker),
            "action": self.action,
            "detail": dict(self.detail),
        }


Event = DecisionEvent | OutcomeEvent | AdminEvent


class Link(NamedTuple):
    """The place of an event in its chain: the number, from 1 on, and the hash.

    `resets` says that the count outside the store was wrong, which the chain now tells, and begins again from here.
    """

    chain: str
    seq: int
    hash: str
    resets: bool = False


def new_id() -> str:
    """A fresh id of 32 hexadecimal digits."""
    return uuid4().hex


def outcome_event(
    claim: Claim, settlement: Settlement, at: datetime, attempt_id: str, corrects: bool = False
) -> OutcomeEvent:
    """The event of a settled attempt."""
    return OutcomeEvent(
        id=new_id(),
        at=at,
        decision_id=claim.decision_id,
        asker=claim.asker,
        attempt_id=attempt_id,
        corrects=corrects,
        call_id=claim.call_id,
        attempt=claim.attempt,
        call_kind=claim.kind,
        provider=claim.provider,
        model=claim.model,
        reported_model=settlement.model,
        task=claim.task,
        complexity=claim.complexity,
        outcome=settlement.outcome,
        failure=settlement.failure,
        error=settlement.error,
        input_tokens=settlement.usage.input,
        output_tokens=settlement.usage.output,
        cached_tokens=settlement.usage.cached,
        estimate_usd=claim.estimate_usd,
        cost_usd=settlement.cost_usd,
        estimated=settlement.estimated,
        latency_ms=settlement.latency_ms,
    )


def _head(kind: str, id_: str, at: datetime, decision_id: str | None, asker: Asker) -> dict[str, Any]:
    return {
        "v": VERSION,
        "kind": kind,
        "id": id_,
        "at": moment_text(at),
        "decision_id": decision_id,
        "asker": asker._asdict(),
    }


def moment_text(at: datetime) -> str:
    """A moment in UTC with microseconds, such as ``2026-11-25T09:00:00.000000Z``."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
