"""A decision as plain data for the store and the spool; standard library only, since hooks make it."""

import json
from collections.abc import Mapping
from typing import Any

from router.model.decision import Decision
from router.model.ledger import Asker
from router.record.money import nano_or_unknown


def decision_body(
    id: str,
    at: int,
    decision: Decision,
    asker: Asker,
    *,
    verdict: str | None = None,
    prompt_hash: str | None = None,
    prompt_chars: int | None = None,
    event: Mapping[str, Any] | None = None,
    noted: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The body of a spool line of kind `decision`: the row, and the audit event that enters with it.

    In place of the event there may be what the process `noted` of it, which the drain completes.
    `at` is UTC microseconds, `verdict` what became of the decision when that is not its outcome, such as `pending`.
    """
    judged = decision.judgement
    row = {
        "id": id, "at": at, **asker._asdict(), "task": judged.task, "complexity": decision.complexity,
        "asked_complexity": decision.asked_complexity, "confidence": judged.confidence, "judged_by": judged.source,
        "mode": decision.mode, "profile": decision.profile, "verdict": verdict or decision.outcome,
        "chain": json.dumps(decision.chain), "rules": json.dumps(decision.rules),
        "estimate_nano": nano_or_unknown(decision.estimated_cost_usd), "prompt_hash": prompt_hash,
        "prompt_chars": prompt_chars, "policy": decision.fingerprint,
    }  # fmt: skip
    body = {"row": row, "event": None if event is None else dict(event)}
    return body if noted is None else {**body, "noted": dict(noted)}
