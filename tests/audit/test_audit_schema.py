"""The schema says what events are, and nothing that is in one is missing from it."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from router import Router
from router.base.shipped import shipped
from router.engine.audited import decision_event
from router.model.decision import Decision, Judgement
from router.model.ledger import Asker
from router.ops.audit_log import fields
from tests.audit.audit_world import admin, decision, outcome

SCHEMA = json.loads(shipped("schemas/audit_event.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def faults(body: Any) -> list[str]:
    return [fault.message for fault in VALIDATOR.iter_errors(json.loads(json.dumps(body)))]


def real(folder: Path, kept: Any, full: bool) -> dict[str, Any]:
    """The body of a decision by the shipped policy and one rule of each kind that leaves a mark."""
    rules = """
rule no-offshore
  deny provider deepseek
  when path under "src/"
rule capped
  cap task code at $1.00/day
  when task is code
rule approved
  require approval
  when cost >= $5.00
rule marked
  tag a
  redact secrets
  when prompt contains "race"
"""
    (folder / ".llm-router").mkdir()
    (folder / ".llm-router" / "policy.rules").write_text(rules, encoding="utf-8")
    router = Router.load(folder, environ={"HOME": str(folder / "home")})
    request = router.request("fix the race condition in src/a.py", path="src/a.py", facts={"pressure(openai)": float("inf")})
    made, facts = router.decide_request(request)
    return decision_event(router, request, facts, made, Asker(), "d" * 32, kept, lambda _: "0" * 64, full=full).to_body()


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("kept", ["hash", "redacted", "text"])
def test_a_real_decision_fits_the_schema(tmp_path: Path, kept: str, full: bool) -> None:
    body = real(tmp_path, kept, full)
    assert faults(body) == []
    assert (body["losers"] is None) == (not full)
    assert body["decision"]["denials"] and body["decision"]["caps"] and body["decision"]["tags"] == ["a"]


@pytest.mark.parametrize("event", [decision(1), outcome(2), outcome(3, cost_usd=None, corrects=True), admin(4)])
def test_every_kind_of_event_fits_the_schema(event: Any) -> None:
    assert faults(event.to_body()) == []


@pytest.mark.parametrize(
    "change",
    [{"v": 2}, {"at": "2026-11-25"}, {"extra": 1}, {"prompt": {"kept": "hash", "text": "all of it"}}, {"kind": "other"}, {"facts": []}],
)
def test_what_is_no_event_does_not_fit(change: dict[str, Any]) -> None:
    body = decision(1).to_body()
    prompt = {"prompt": {**body["prompt"], **change["prompt"]}} if "prompt" in change else {}
    assert faults({**body, **change, **prompt}) != []


def test_the_schema_names_all_that_a_decision_holds() -> None:
    held = SCHEMA["$defs"]["verdict"]["properties"].keys()
    assert set(Decision._fields) - {"fingerprint"} <= set(held)
    assert set(Judgement._fields) == set(SCHEMA["$defs"]["judgement"]["properties"])


def test_every_field_of_an_event_can_be_asked() -> None:
    found = set(fields())
    assert {"asker.user", "user", "cost_usd", "decision.judgement.source", "prompt.predicates.true", "detail", "seq"} <= found
    for event in (decision(1), outcome(2), admin(3)):
        assert set(event.to_body()) <= found
