"""A prompt from the command line to the provider and back, paid for and recorded."""

import base64
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from router.dispatch.loopback import Loopback, Reply, Request
from router.record.snapshot import read_snapshot
from tests.calls.conftest import SECRET
from tests.fake_provider import FakeProvider, Step
from tests.flow.flow_world import Ran, Shell

PIN = "rule pin\n  route to openai/gpt-6-luna then mistral/mistral-small-latest\n"
LUNA = "openai/gpt-6-luna"


def ask(shell: Shell, prompt: str = "what does os.path.join do?", *options: str) -> Ran:
    return shell.run("ask", prompt, "--json", *options)


def last(shell: Shell) -> dict[str, object]:
    found: dict[str, object] = shell.run("last", "--json").plain["decisions"][0]
    return found


def test_an_answer_is_paid_for_and_shown_by_last(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    provider.script(LUNA, [Step("It joins paths.")])
    ran = ask(shell, "what does os.path.join do?", "--session", "s1")
    assert (ran.code, ran.plain["text"], ran.plain["model"]) == (0, "It joins paths.", LUNA)
    turn = last(shell)
    assert (turn["id"], turn["model"], turn["session"]) == (ran.plain["id"], LUNA, "s1")
    assert turn["cost_usd"] == pytest.approx(ran.plain["cost_usd"])
    # 12 tokens in, 5 out, at the catalogue's prices: the baseline's are dearer.
    assert 0 < ran.plain["cost_usd"] < ran.plain["baseline"]["usd"]


def test_the_answer_alone_goes_to_standard_output(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    provider.script(LUNA, [Step(chunks=("It joins ", "paths."))])
    ran = shell.run("ask", "what does os.path.join do?")
    assert ran.out == "It joins paths.\n"
    assert ran.err.startswith(f"-> {LUNA} · query/") and "always anthropic/claude-opus-5-5" in ran.err


def test_a_failing_model_is_followed_by_the_next_and_both_are_recorded(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    provider.always("openai", Step(status=400, error="no such thing"))
    provider.script("mistral", [Step("from the second")])
    ran = ask(shell)
    assert (ran.code, ran.plain["model"]) == (0, "mistral/mistral-small-latest")
    assert [tried["model"] for tried in ran.plain["tried"]] == [LUNA]
    turn = last(shell)
    assert (turn["attempts"], turn["failures"]) == (2, 1)


def test_a_rule_s_own_chain_is_never_left_for_the_emergency_one(shell: Shell, provider: FakeProvider) -> None:
    shell.rules("rule pin\n  route to openai/gpt-6-luna\n")
    provider.always("openai", Step(status=400, error="no such thing"))
    ran = ask(shell)
    assert ran.code == 1 and provider.seen("mistral") == []
    assert last(shell)["model"] is None


def test_the_emergency_chain_follows_a_profile_s_and_obeys_denials(shell: Shell, provider: FakeProvider) -> None:
    provider.always("openai", Step(status=400, error="no such thing"))
    provider.always("mistral", Step(status=400, error="no such thing"))
    ran = ask(shell, "prove that the halting problem is undecidable", "--complexity", "complex", "--task", "analyze")
    assert ran.code == 1
    # No model of Mistral stands in the premium chain: it was the emergency chain that called it.
    assert provider.seen("mistral")
    provider.requests.clear()
    shell.rules("rule never\n  deny provider mistral\n")
    assert ask(shell, "prove it", "--complexity", "complex", "--task", "analyze").code == 1
    assert provider.seen("mistral") == [] and provider.seen("openai")


def test_a_cap_that_is_used_up_stops_every_model_and_says_so(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    shell.write("repo/.llm-router.yml", "daily_caps: {_total: 0.0001}\n")
    ran = ask(shell)
    assert ran.code == 1 and provider.requests == []
    assert ("BudgetExceeded" not in ran.err and "$0.0001" in ran.err and "daily" in ran.err) or "day" in ran.err
    assert last(shell)["model"] is None


def test_an_approval_lets_exactly_one_call_through(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(f"{PIN}rule dear\n  require approval\n")
    first = ask(shell)
    assert first.code == 1 and "approve" in first.err and provider.requests == []
    waiting = shell.run("approve", "list", "--json").plain["approvals"]
    assert [each["state"] for each in waiting] == ["pending"]
    assert shell.run("approve", "yes", waiting[0]["id"][:12]).code == 0
    assert ask(shell).code == 0
    assert ask(shell).code == 1 and len(provider.requests) == 1
    assert ask(shell, "another prompt").code == 1


def test_what_the_policy_redacts_never_reaches_the_provider(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(f"{PIN}rule masked\n  redact secrets, emails\n")
    ran = ask(shell, "mail ann@example.org the password: hunter2hunter2", "--system", "key sk-abcdefghijklmnop1234")
    assert ran.code == 0
    sent = json.dumps(provider.requests[0].body)
    assert "ann@example.org" not in sent and "hunter2" not in sent and "sk-abcdef" not in sent
    assert "[email redacted]" in sent and "[secret redacted]" in sent


def test_a_policy_that_refuses_calls_nothing_and_is_recorded(shell: Shell, provider: FakeProvider) -> None:
    shell.rules("rule stop\n  refuse\n  because \"not here\"\n")
    ran = ask(shell)
    assert ran.code == 1 and "`stop`" in ran.err and provider.requests == []
    assert last(shell)["verdict"] == "refused"


def test_without_any_provider_the_way_to_one_is_told(shell: Shell, provider: FakeProvider) -> None:
    for name in ("OPENAI_API_KEY", "MISTRAL_API_KEY"):
        shell.patch.delenv(name)
    ran = ask(shell)
    assert (ran.code, ran.out, provider.requests) == (1, "", [])
    assert "no provider can be called yet" in ran.err and "`llm-router setup PROVIDER`" in ran.err


def test_keys_and_prompts_are_in_no_file(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    provider.always("openai", Step(status=401, error=f"Incorrect API key provided: {SECRET}"))
    provider.script("mistral", [Step("fine")])
    ran = ask(shell, "an unusual marker: zebrafish-quartz", "--session", "s1")
    assert ran.code == 0 and SECRET not in ran.out + ran.err
    shown = shell.run("replay", "--session", "s1").out + shell.run("audit", "list", "--json").out
    assert SECRET not in shown and "zebrafish" not in shown
    for name, content in shell.files().items():
        assert SECRET.encode() not in content, name
        assert b"zebrafish" not in content, name


def test_the_audit_log_holds_decision_and_outcome_and_verifies(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    assert ask(shell).code == 0
    events = shell.run("audit", "list", "--json").plain["events"]
    assert sorted(event["kind"] for event in events) == ["decision", "outcome"]
    assert shell.run("audit", "verify").code == 0
    store = sqlite3.connect(shell.home / ".llm-router" / "usage.db")
    store.execute("UPDATE audit_events SET body = replace(body, 'luna', 'lunb') WHERE kind = 'outcome'")
    store.commit()
    ran = shell.run("audit", "verify")
    assert ran.code == 1 and "2" in ran.out


def test_follow_ups_inherit_the_session_s_route(shell: Shell, provider: FakeProvider) -> None:
    first = ask(shell, "fix the race condition in src/ledger.py", "--session", "s1").plain
    second = ask(shell, "yes, go ahead", "--session", "s1").plain
    assert (second["task"], second["complexity"]) == (first["task"], first["complexity"]) and first["task"] == "code"


def damaged(shell: Shell) -> Path:
    return shell.write("user/usage.db", b"this is no database, but long enough to look at " * 100)


def test_a_damaged_store_lets_uncapped_calls_go_on_and_the_spool_keeps_them(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    path = damaged(shell)
    ran = ask(shell, "what is a monad?", "--session", "s1")
    assert (ran.code, ran.plain["model"]) == (0, LUNA)
    assert "warning" in ran.err and "usage.db" in ran.err
    path.unlink()
    assert last(shell)["model"] == LUNA
    assert shell.run("audit", "verify").code == 0


@pytest.mark.parametrize(("failure", "code"), [("closed", 1), ("open", 0)])
def test_a_damaged_store_and_a_cap(shell: Shell, provider: FakeProvider, failure: str, code: int) -> None:
    shell.rules(PIN)
    shell.write("repo/.llm-router.yml", "daily_caps: {_total: 5.00}\n")
    shell.write("user/routing.yaml", f"budget_failure: {failure}\n")
    damaged(shell)
    ran = ask(shell)
    assert ran.code == code and bool(provider.requests) == (code == 0)
    assert "usage.db" in ran.err


def test_hooks_find_what_a_call_spent_in_the_snapshot(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(f"{PIN}rule limit\n  cap provider openai at $0.01/month\n")
    cost = ask(shell, "what is a monad?", "--session", "s1").plain["cost_usd"]
    path = shell.home / ".llm-router" / "spend.json"
    facts = read_snapshot(path, datetime.now(UTC), "s1")
    assert facts["spend(total)/day"] == pytest.approx(cost)
    assert facts["spend(session)"] == pytest.approx(cost)
    assert facts["pressure(openai)"] == pytest.approx(cost / 0.01)
    assert path.stat().st_mode & 0o077 == 0


CHATTY = "Great question!\n\nThe function joins path components.\n\nLet me know if you have any questions!"


def test_answers_are_shortened_when_the_policy_says_so_and_the_whole_is_kept(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(f"{PIN}rule short\n  compress answers\n")
    provider.always(LUNA, Step(CHATTY))
    ran = ask(shell)
    assert ran.plain["text"].strip() == "The function joins path components."
    assert shell.run("raw", ran.plain["original"]).out.strip() == CHATTY
    shell.rules(PIN)
    assert ask(shell).plain["text"] == CHATTY


def test_a_style_is_asked_for_only_where_the_caller_gave_no_system_prompt(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(f"{PIN}rule brief\n  compress style lite\n")
    ask(shell, "what is a monad?", "--task", "query")
    ask(shell, "what is a monad?", "--task", "query", "--system", "be a pirate")
    first, second = (seen.body["messages"] for seen in provider.requests)
    assert [message["role"] for message in first] == ["system", "user"]
    assert [message["content"] for message in second if message["role"] == "system"] == ["be a pirate"]


def test_a_home_that_takes_no_file_at_all_still_answers_and_says_so(shell: Shell, provider: FakeProvider) -> None:
    shell.rules(PIN)
    (shell.home / ".llm-router").write_bytes(b"")
    ran = ask(shell, "what is a monad?")
    assert (ran.code, ran.plain["text"]) == (0, "hello from the fake")
    assert "recorded nowhere" in ran.err and "not in the audit log" in ran.err
    shell.write("repo/.llm-router.yml", "daily_caps: {_total: 5.00}\n")
    assert ask(shell).code == 1 and len(provider.requests) == 1


def test_a_changed_budget_stands_in_the_audit_log(shell: Shell) -> None:
    assert shell.run("budget", "set", "openai", "20").code == 0
    assert shell.run("budget", "remove", "openai").code == 0
    shown = [shell.run("audit", "show", event["id"], "--json").out for event in shell.run("audit", "list", "--json").plain["events"]]
    assert len(shown) == 2 and all('"budget"' in text and '"openai"' in text for text in shown)
    assert shell.run("audit", "verify").code == 0


PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def test_a_picture_is_saved_whole_and_its_path_printed(shell: Shell, provider: FakeProvider) -> None:
    shell.rules("rule pictures\n  route to openai/gpt-image-2\n  when task is image\n")
    with Loopback(_picture) as server:
        shell.patch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        ran = shell.run("ask", "a lighthouse at dusk", "--task", "image")
    path = Path(ran.out.strip().replace("ROOT", str(shell.root)))
    assert (ran.code, path.read_bytes()) == (0, PICTURE)
    assert path.stat().st_mode & 0o077 == 0 and last(shell)["model"] == "openai/gpt-image-2"


async def _picture(request: Request, reply: Reply) -> None:
    data = {"created": 0, "data": [{"b64_json": base64.b64encode(PICTURE).decode()}]}
    await reply.whole(json.dumps(data).encode())


def test_a_team_s_database_serves_the_whole_path(shell: Shell, provider: FakeProvider, postgres: str) -> None:
    shell.patch.setenv("LLM_ROUTER_STORE", postgres)
    shell.rules(PIN)
    first, second = ask(shell, "one", "--session", "s1").plain, ask(shell, "two", "--session", "s1").plain
    turns = shell.run("last", "--json").plain["decisions"]
    assert [turn["id"] for turn in turns] == [second["id"], first["id"]]
    assert shell.run("audit", "verify").code == 0
    assert "Total routed: 2 of 2" in shell.run("replay", "--session", "s1").out
    assert not (shell.home / ".llm-router" / "usage.db").exists()
    shell.write("repo/.llm-router.yml", "daily_caps: {_total: 0.0001}\n")
    assert ask(shell, "three").code == 1 and len(provider.requests) == 2
    assert shell.run("status").code == shell.run("savings").code == shell.run("forecast").code == 0
