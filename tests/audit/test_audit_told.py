"""What a record does not tell is said, not guessed."""

from pathlib import Path
from typing import Any

import pytest

from router import Router
from router.analyse.replay import Replayer
from router.engine.audited import decision_event
from router.model.ledger import Asker

POLICY = """
rule alembic-is-code
  route to ollama/qwen3.5:latest
  when prompt contains "alembic"
"""
WIDER = POLICY + """
rule rust-is-hard
  route to openai/gpt-5.6
  when prompt contains any ("rust", "cargo", "crate")
"""
UNASKED = POLICY + """
rule never-on-mondays
  tag monday
  when prompt contains "rust" and host is "nowhere"
"""
JUDGED = """
rule code-is-local
  route to ollama/qwen3.5:latest
  when task is code
"""


def router_of(folder: Path, text: str, name: str) -> Router:
    repo = folder / name
    (repo / ".llm-router").mkdir(parents=True)
    (repo / ".llm-router" / "policy.rules").write_text(text, encoding="utf-8")
    return Router.load(repo, environ={"HOME": str(folder / "home")})


def body_of(router: Router, prompt: str, kept: Any = "hash", *, full: bool = True, **known: Any) -> dict[str, Any]:
    request = router.request(prompt, **known)
    decision, facts = router.decide_request(request)
    return decision_event(router, request, facts, decision, Asker(), "d" * 32, kept, full=full).to_body()


@pytest.mark.parametrize("prompt", ["add an alembic revision", "write a crate in rust", "hello"])
def test_the_same_policy_decides_the_same(tmp_path: Path, prompt: str) -> None:
    router = router_of(tmp_path, WIDER, "one")
    again = Replayer(router.decider.table).again(body_of(router, prompt, branch="main"))
    assert again.outcome == "same"


def test_a_new_question_about_the_prompt_cannot_be_told_from_its_hash(tmp_path: Path) -> None:
    old, new = router_of(tmp_path, POLICY, "old"), router_of(tmp_path, WIDER, "new")
    replayer = Replayer(new.decider.table)
    assert replayer.again(body_of(old, "write a crate in rust")).outcome == "untold"
    assert replayer.again(body_of(old, "write a crate in rust", "redacted")).outcome == "untold"
    changed = replayer.again(body_of(old, "write a crate in rust", "text"))
    assert changed.outcome == "changed" and "chain" in changed.changed


def test_a_new_question_that_makes_no_difference_is_no_obstacle(tmp_path: Path) -> None:
    old, new = router_of(tmp_path, POLICY, "old"), router_of(tmp_path, UNASKED, "new")
    assert Replayer(new.decider.table).again(body_of(old, "write it", host="cursor")).outcome == "same"
    assert Replayer(new.decider.table).again(body_of(old, "write it")).outcome == "same"


def test_a_policy_that_asks_the_classifier_needs_its_word(tmp_path: Path) -> None:
    old, new = router_of(tmp_path, POLICY, "old"), router_of(tmp_path, JUDGED, "new")
    replayer = Replayer(new.decider.table)
    unasked = replayer.again(body_of(old, "add an alembic revision for the column", full=False))
    asked = replayer.again(body_of(old, "add an alembic revision for the column", full=True))
    assert unasked.outcome == "untold" and "classifier" in unasked.why
    assert asked.decision is not None and asked.decision.task == "code"
    assert asked.decision == new.decide("add an alembic revision for the column")


def test_no_word_of_the_prompt_is_kept_unless_the_policy_says_so(tmp_path: Path) -> None:
    router = router_of(tmp_path, POLICY, "one")
    prompt = "alembic zanzibar with password=hunter2hunter2"
    assert "zanzibar" not in str(body_of(router, prompt))
    redacted = str(body_of(router, prompt, "redacted"))
    assert "zanzibar" in redacted and "hunter2" not in redacted
    assert body_of(router, prompt, "text")["prompt"]["text"] == prompt
