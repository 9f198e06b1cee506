"""Decisions and feedback as rows, with their audit events, or in the spool."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from router.model.decision import Decision, Judgement
from router.model.ledger import Asker
from router.record.decision_body import decision_body
from router.record.decisions import Entry, Feedback, record_feedback
from router.record.drain import Drained, drain
from router.record.money import micros
from router.record.spool import Spool
from router.record.store import Store
from router.record.tables import DECISIONS, DRAINED, FEEDBACK
from tests.record.record_world import NOON, Hand, count

DECISION = Decision(
    "route", Judgement("code", "simple", "cheap", 0.9, 0.8, False, "classifier"), "simple", "moderate", "cheap",
    "suggest", "balanced", ("ollama/m", "openai/n"), 0.0125, (), (), (), (), (), (), (), (("route", "r1"),), "f00d",
)  # fmt: skip


def body(**more: Any) -> dict[str, Any]:
    return decision_body("d" * 32, micros(NOON), DECISION, Asker("cli", "ann", session="s"), prompt_chars=12, **more)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def test_a_decision_becomes_a_row_once(store: Store, spool: Spool) -> None:
    entry = Entry(spool, body())
    entry.keep(store)
    entry.keep(store)
    Entry(spool, body()).keep(store)
    assert entry.is_kept
    with store.read() as connection:
        row = connection.execute(select(DECISIONS)).one()
    assert json.loads(row.chain) == ["ollama/m", "openai/n"] and json.loads(row.rules) == [["route", "r1"]]
    assert (row.task, row.complexity, row.asked_complexity, row.judged_by) == ("code", "simple", "moderate", "classifier")
    assert (row.verdict, row.estimate_nano, row.user, row.session, row.policy) == ("route", 12_500_000, "ann", "s", "f00d")
    assert not spool.waiting()


def test_the_audit_event_stands_or_falls_with_the_row(store: Store, spool: Spool) -> None:
    heard: list[Mapping[str, Any]] = []

    def refuse(connection: Connection, event: Mapping[str, Any]) -> None:
        heard.append(event)
        raise RuntimeError("no event")

    with pytest.raises(RuntimeError, match="no event"):
        Entry(spool, body(event={"kind": "decision"}), refuse).keep(store)
    assert count(store, DECISIONS) == 0 and heard == [{"kind": "decision"}]


def test_what_the_store_cannot_take_enters_from_the_spool_with_its_event(
    store: Store, spool: Spool, tmp_path: Path
) -> None:
    (tmp_path / "damaged.db").write_bytes(b"no database" * 500)
    broken, told, heard = Store(tmp_path / "damaged.db"), list[str](), list[Mapping[str, Any]]()
    Entry(spool, body(verdict="pending", event={"n": 1}), warn=told.append).keep(broken)
    id = record_feedback(broken, spool, Hand(), Feedback("rating", "d" * 32, good=True, score=0.5), warn=told.append)
    assert len(told) == 2 and all("waits in the spool" in line for line in told)
    assert drain(store, spool, Hand(), audit_decision=lambda _, event: heard.append(event)) == Drained(2, 0)
    assert heard == [{"n": 1}]
    with store.read() as connection:
        assert connection.execute(select(DECISIONS.c.verdict)).scalar_one() == "pending"
        row = connection.execute(select(FEEDBACK)).one()
    assert (row.id, row.kind, row.decision_id, row.good, row.score, row.at) == (
        id, "rating", "d" * 32, True, 0.5, micros(NOON),
    )  # fmt: skip


def test_ids_of_drained_lines_are_forgotten_after_ninety_days(store: Store, spool: Spool) -> None:
    clock = Hand()
    spool.append("feedback", {"kind": "rating"})
    drain(store, spool, clock)
    clock.forward(days=89)
    spool.append("feedback", {"kind": "rating"})
    drain(store, spool, clock)
    assert count(store, DRAINED) == 2
    clock.forward(days=2)
    spool.append("feedback", {"kind": "rating"})
    drain(store, spool, clock)
    assert count(store, DRAINED) == 2 and count(store, FEEDBACK) == 3
