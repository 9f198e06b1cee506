"""`budget` and `approve` on the command line's operations."""

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from router.base.failures import DamagedFileError, UsageError
from router.model.ledger import Reservation
from router.ops import approve_list, approve_no, approve_yes, budget_list, budget_remove, budget_set
from router.ops.operation import Operation, Result, Surroundings
from router.policy.catalogue import load_catalogue
from router.record.approvals import Approvals
from router.record.store import open_store
from router.record.tables import AUDIT_EVENTS
from tests.record.processes import ROOT
from tests.record.record_world import Hand, answered, claim, ledger


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    cwd = tmp_path / "work"
    cwd.mkdir()
    environ = {"HOME": str(tmp_path / "home"), "USER": "ann"}
    return Surroundings(environ, cwd, Hand(), lambda: b"", lambda _: None, io.StringIO())


def user(around: Surroundings) -> Path:
    return Path(around.environ["HOME"]) / ".llm-router"


def run(module: Any, around: Surroundings, **values: Any) -> Result:
    operation: Operation = module.OPERATION
    given: Mapping[str, Any] = {each.name: False if each.kind == "flag" else each.default for each in operation.parameters} | values
    assert set(given) == {each.name for each in operation.parameters}
    return operation.run(given, around)


def test_a_budget_that_is_set_stands_in_the_file_and_in_the_list(around: Surroundings) -> None:
    assert "nothing limits spending" in run(budget_list, around).text(False)
    run(budget_set, around, provider="openai", usd=20.0)
    assert run(budget_set, around, provider="openai", usd=30.0).plain["before_usd_per_month"] == 20.0
    path = user(around) / "budgets.json"
    assert json.loads(path.read_text(encoding="utf-8")) == {"openai": 30.0}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (row,) = run(budget_list, around).plain["caps"]
    assert (row["scope"], row["name"], row["usd"], row["period"], row["pressure"]) == ("provider", "openai", 30.0, "month", 0.0)
    assert row["from"] == "~/.llm-router/budgets.json:2" and row["layer"] == "user"


def test_the_list_shows_what_was_spent_and_is_reserved_under_each_cap(around: Surroundings) -> None:
    run(budget_set, around, provider="openai", usd=20.0)
    (around.cwd / ".llm-router.yml").write_text("daily_caps: {_total: 4.0}\nsession_cap: 5.0\n", encoding="utf-8")
    (around.cwd / ".git").mkdir()
    book = ledger(open_store(user(around) / "usage.db"), Hand())
    kept = book.reserve(claim(3.0, provider="openai"))
    assert isinstance(kept, Reservation)
    book.settle(kept, answered(3.0))
    assert isinstance(book.reserve(claim(1.0, provider="openai")), Reservation)
    found = {row["scope"]: row for row in run(budget_list, around).plain["caps"]}
    assert (found["total"]["spent_usd"], found["total"]["reserved_usd"], found["total"]["pressure"]) == (3.0, 1.0, 1.0)
    assert (found["provider"]["pressure"], found["session"]["pressure"]) == (0.2, None)
    lines = run(budget_list, around, session="s").text(False).splitlines()
    assert any("████████████████████ 100%  $3.00 spent + $1.00 reserved" in line for line in lines)
    assert any("session" in line and " 80%" in line for line in lines)
    assert any("[repo: .llm-router.yml:1]" in line for line in lines)


def test_caps_are_listed_without_their_spend_when_the_store_is_damaged(around: Surroundings) -> None:
    run(budget_set, around, provider="openai", usd=20.0)
    (user(around) / "usage.db").write_bytes(b"no database" * 500)
    told: list[str] = []
    result = run(budget_list, replace(around, warn=told.append))
    assert result.exit_code == 1 and "provider openai  $20.00/month  spend not known" in result.text(False)
    assert result.plain["caps"][0]["spent_usd"] is None
    assert "is no SQLite database" in told[-1] and "what was spent is not known" in told[-1]


@pytest.mark.parametrize("usd", [0.0, -1.0, float("nan"), float("inf"), 1e10])
def test_what_is_no_budget_is_refused(around: Surroundings, usd: float) -> None:
    with pytest.raises(UsageError, match="above 0"):
        run(budget_set, around, provider="openai", usd=usd)
    assert not (user(around) / "budgets.json").exists()


def test_an_unknown_provider_is_refused_with_a_suggestion(around: Surroundings) -> None:
    with pytest.raises(UsageError, match="did you mean `anthropic`"):
        run(budget_set, around, provider="antropic", usd=5.0)


def test_a_budget_is_removed_and_one_that_is_not_there_is_named(around: Surroundings) -> None:
    run(budget_set, around, provider="openai", usd=20.0)
    with pytest.raises(UsageError, match="did you mean `openai`"):
        run(budget_remove, around, provider="opena")
    run(budget_remove, around, provider="openai")
    assert run(budget_list, around).plain == {"caps": []}


@pytest.mark.parametrize("text", ["{", "[1]", '{"openai": "20"}', '{"openai": NaN}', '{"openai": true}', "\0", '{"openai": -1}'])
def test_a_file_that_holds_something_else_is_left_as_it_is(around: Surroundings, text: str) -> None:
    path = user(around) / "budgets.json"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DamagedFileError, match=r"budgets\.json"):
        run(budget_set, around, provider="openai", usd=5.0)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.slow
def test_twenty_at_once_keep_all_twenty(around: Surroundings) -> None:
    names = sorted(load_catalogue().providers)[:20]
    assert len(names) >= 10
    program = "from router.faces.cli.main import run; run()"
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", program, "budget", "set", name, str(number + 1)],
            cwd=around.cwd, env={**os.environ, **around.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL,
        )
        for number, name in enumerate(names)
    ]  # fmt: skip
    assert [worker.wait(timeout=120) for worker in workers] == [0] * len(names)
    kept = json.loads((user(around) / "budgets.json").read_text(encoding="utf-8"))
    assert kept == {name: float(number + 1) for number, name in enumerate(names)}


def test_a_call_that_waits_is_listed_and_approved_once(around: Surroundings) -> None:
    assert run(approve_list, around).text(False) == "no call waits for approval"
    approvals = Approvals(open_store(user(around) / "usage.db"), around.clock)
    id = approvals.ask("secret-key", model="p/m", why="costly", estimate_usd=2.5, user="bob", repo="shop")
    text = run(approve_list, around).text(False)
    assert id[:8] in text and "p/m" in text and "about $2.50" in text and "because costly" in text and "bob shop" in text
    listed = json.dumps(run(approve_list, around).plain)
    assert "secret-key" not in listed
    done = run(approve_yes, around, id=id[:8])
    assert done.plain["state"] == "approved" and done.plain["decided_by"] == "ann"
    assert "passes once" in done.text(False)
    assert approvals.take("secret-key") and not approvals.take("secret-key")
    assert run(approve_list, around).plain == {"approvals": []}
    assert [each["state"] for each in run(approve_list, around, all=True).plain["approvals"]] == ["used"]


def test_a_call_that_is_turned_down_does_not_pass(around: Surroundings) -> None:
    with pytest.raises(UsageError, match="no call waits"):
        run(approve_no, around, id="abc")
    approvals = Approvals(open_store(user(around) / "usage.db"), around.clock)
    id = approvals.ask("k", model="p/m", why="costly")
    assert "is rejected" in run(approve_no, around, id=id).text(False)
    assert not approvals.take("k")
    with pytest.raises(UsageError, match="it is rejected"):
        run(approve_yes, around, id=id)


def test_a_word_of_a_person_stands_in_the_audit_log(around: Surroundings) -> None:
    store = open_store(user(around) / "usage.db")
    id = Approvals(store, around.clock).ask("k", model="p/m", why="costly", decision_id="d1")
    run(approve_yes, around, id=id)
    with store.read() as connection:
        bodies = [json.loads(text) for text in connection.execute(select(AUDIT_EVENTS.c.body)).scalars()]
    (body,) = [body for body in bodies if body.get("action") == "approval"]
    assert body["detail"] == {"approval": id, "state": "approved", "model": "p/m", "why": "costly"}
    assert body["decision_id"] == "d1" and body["asker"]["user"] == "ann"
