"""What a hook notes of a decision, in the spool, so that whoever drains it can write the audit event."""

from pathlib import Path
from typing import Any

from router.decide.recorded import Predicates
from router.decide.strain import STRAINED
from router.model.decision import Decision, Facts
from router.model.decision_plain import decision_plain, json_able
from router.record.audit.prompt_hash import prompt_hash

_NOT_KEPT = ("prompt", STRAINED)


def plain_facts(facts: Facts) -> dict[str, Any]:
    """The known facts; the prompt is kept apart, and strain follows from the pressures."""
    known: dict[str, Any] = json_able(
        {key: value for key, value in facts.items() if value is not None and key not in _NOT_KEPT}
    )
    return known


def noted(decision: Decision, facts: Facts, found: Predicates, kept: str, keys: Path) -> dict[str, Any]:
    """All of a decision's event that the process knows which made it, as JSON can hold it.

    `kept` is the policy's `audit.prompts`: the prompt's text is in it only where that says so. `keys` is the folder
    of the audit log's keys; a prompt has no hash before there are any.
    """
    prompt = str(facts["prompt"])
    return {
        "facts": plain_facts(facts),
        "decision": decision_plain(decision),
        "prompt": {
            "kept": kept, "hash": prompt_hash(keys, prompt), "true": sorted(found.true), "whole": found.whole,
            "text": _text(prompt, kept),
        },
    }  # fmt: skip


def _text(prompt: str, kept: str) -> str | None:
    if kept != "redacted":
        return prompt if kept == "text" else None
    from router.base.redaction import redact

    return redact(prompt, ("secrets",)).text

