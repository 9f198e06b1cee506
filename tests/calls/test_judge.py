"""A judge's opinion of answers: paid for and recorded like any call, never made up, never where the policy forbids it."""

import json
import threading

import pytest

from router.engine.judging import THREAD, grades_in, put_last, sample_rate
from tests.calls.test_ask import LUNA, PIN, ask, last
from tests.dispatch.support import plan
from tests.fake_provider import FakeProvider, Step
from tests.flow.flow_world import Shell

GRADES = json.dumps({"relevance": 1.0, "completeness": 0.5, "correctness": 0.6})
JUDGE = "mistral/mistral-small-latest"


@pytest.fixture
def judging(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("LLM_ROUTER_JUDGE_SAMPLE_RATE", "100%")
    shell.rules(PIN)
    return shell


def judged(shell: Shell, *options: str) -> dict[str, object]:
    """An answer and, once the judge is done, the turn that `last` shows."""
    assert ask(shell, "what is a monad?", "--session", "s1", *options).code == 0
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(60)
            assert not thread.is_alive()
    return last(shell)


def calls(shell: Shell) -> list[dict[str, object]]:
    """The outcomes in the audit log, oldest first."""
    events = shell.run("audit", "list", "--json", "--where", "kind=outcome").plain["events"]
    return sorted(events, key=lambda event: event["at"])


def test_another_model_grades_the_answer_and_its_cost_counts_against_the_turn(judging: Shell, provider: FakeProvider) -> None:
    provider.script("openai", [Step("A monoid in the category of endofunctors.")])
    provider.script("mistral", [Step(f"```json\n{GRADES}\n```")])
    turn = judged(judging)
    assert turn["model"] == LUNA and turn["score"] == pytest.approx(0.7)
    first, second = calls(judging)
    assert (first["call_kind"], second["call_kind"], second["model"]) == ("answer", "judge", JUDGE)
    assert first["decision_id"] == second["decision_id"] == turn["id"]
    assert turn["cost_usd"] == pytest.approx(first["cost_usd"] + second["cost_usd"]) and second["cost_usd"] > 0
    assert judging.run("audit", "verify").code == 0


def test_savings_are_net_of_the_judge_and_count_one_answer(judging: Shell, provider: FakeProvider) -> None:
    provider.script("openai", [Step("an answer")])
    provider.script("mistral", [Step(GRADES)])
    spent = judged(judging)["cost_usd"]
    found = judging.run("savings", "--json").plain
    flat = json.dumps(found)
    assert f'"spent_usd": {spent}' in flat and '"calls": 1' in flat


@pytest.mark.parametrize("reply", ["I would say it is good.", '{"relevance": 1, "completeness": 1}', '{"relevance": 7, "completeness": 1, "correctness": 1}'])
def test_a_reply_without_all_grades_is_no_opinion(judging: Shell, provider: FakeProvider, reply: str) -> None:
    provider.script("openai", [Step("an answer")])
    provider.script("mistral", [Step(reply)])
    assert judged(judging)["score"] is None and grades_in(reply) is None
    assert [call["call_kind"] for call in calls(judging)] == ["answer", "judge"]


def test_a_denied_provider_is_never_a_judge_and_what_is_masked_stays_masked(judging: Shell, provider: FakeProvider) -> None:
    judging.rules(f"{PIN}rule never\n  deny provider mistral\nrule masked\n  redact emails\n")
    provider.script("openai", [Step("an answer"), Step(GRADES)])
    turn = judged(judging, "--system", "write to ann@example.org")
    assert provider.seen("mistral") == [] and turn["score"] == pytest.approx(0.7)
    answer, grading = (json.dumps(request.body) for request in provider.requests)
    assert "ann@example.org" not in answer + grading and "[email redacted]" in grading


def test_a_cap_that_is_used_up_leaves_the_answer_unjudged(judging: Shell, provider: FakeProvider) -> None:
    judging.rules(f"{PIN}rule limit\n  cap provider mistral at $0.0000001/month\n")
    provider.script("openai", [Step("an answer"), Step("no grades")])
    assert judged(judging)["score"] is None and provider.seen("mistral") == []


def test_without_the_variable_nothing_is_judged(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    judged(shell)
    assert len(provider.requests) == 1


@pytest.mark.parametrize(("said", "rate"), [("", 0.0), ("0.25", 0.25), ("10%", 0.1), ("1", 1.0), ("2", 0.0), ("often", 0.0), ("nan", 0.0)])
def test_the_sample_rate_is_a_share_and_anything_else_is_told(said: str, rate: float) -> None:
    told: list[str] = []
    assert sample_rate({"LLM_ROUTER_JUDGE_SAMPLE_RATE": said}, told.append) == pytest.approx(rate)
    assert bool(told) == (said in ("2", "often", "nan"))


def test_a_model_that_judges_think_little_of_stands_last_in_a_chain_of_the_catalogue(judging: Shell, provider: FakeProvider) -> None:
    judging.rules("rule profile-chain\n  profile budget\n")
    bad = json.dumps({"relevance": 0.5, "completeness": 0.5, "correctness": 0.5})
    provider.always("openai", Step("an answer"))
    provider.always("mistral", Step(bad))
    first = ask(judging, "what is a monad?", "--session", "s1").plain
    assert first["model"] == LUNA and first["demoted"] == {}
    for _ in range(2):
        judged(judging)
    judged(judging)
    after = ask(judging, "what is a monad?", "--session", "s2").plain
    assert after["model"] == JUDGE and after["demoted"] == {LUNA: pytest.approx(0.5)}
    shown = judging.run("audit", "show", str(after["id"])).out
    assert f"put last {LUNA}: judges gave it 0.50" in shown
    judging.rules(PIN)
    assert ask(judging, "what is a monad?", "--session", "s3").plain["model"] == LUNA


def test_few_scores_or_a_passing_mean_move_nothing() -> None:
    made = plan("openai/a", "openai/b", "openai/c")
    assert put_last(made, {"openai/a": (0.1, 2), "openai/b": (0.7, 9)}) == made
    moved = put_last(made, {"openai/a": (0.69, 3), "openai/b": (0.2, 3)})
    assert moved.chain == ("openai/c", "openai/a", "openai/b") and moved.demoted == {"openai/a": 0.69, "openai/b": 0.2}
