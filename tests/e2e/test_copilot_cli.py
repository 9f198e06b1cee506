"""GitHub Copilot CLI itself, offline, with what `install` wrote."""


import pytest

from tests.e2e import mine
from tests.e2e.answering import (
    ANSWER,
    DONE,
    HELD,
    MARKET,
    PROMPT,
    REFUSING,
    SHELL,
    TOLD,
    offline,
    with_program,
)  # fmt: skip
from tests.e2e.clients import Place, program
from tests.e2e.copilot_home import OFFLINE, call, copilot, outputs, owned, shell, told
from tests.fake_provider.server import FakeProvider

pytestmark = pytest.mark.e2e

QUERY = call("llm-router-llm_query", {"prompt": PROMPT}, "ours")


@offline
def test_the_directive_is_seen_the_tool_answers_the_session_is_recorded_and_nothing_is_left(
    there: Place, fake: FakeProvider
) -> None:
    before = owned(there)
    there.router("install", "--host", "copilot-cli")
    steps = [call("mine-mine_hello", {}, "theirs"), QUERY, DONE]
    seen = copilot(there, fake, PROMPT, steps)
    assert TOLD in told(seen[0]) and "`llm-router-llm_query`" in told(seen[0])
    assert ANSWER in outputs(seen[-1])["ours"] and "cost_usd" not in outputs(seen[-1])["ours"]
    assert mine.SAYS in outputs(seen[-1])["theirs"] and (there.project / "mine-ran").exists()
    (hook,) = there.decided("copilot-cli", "hook")
    (made,) = there.decided("copilot-cli", "mcp")
    assert (hook["task"], hook["complexity"], hook["mode"]) == ("query", "simple", "suggest")
    assert str(made["model"]).startswith("anthropic/") and made["attempts"] == 1
    assert '"copilot-cli"' in there.router("audit", "list", "--json")

    there.router("uninstall")
    assert {file: file.read_text() for file in before} == before
    left = [path for path in (there.home / ".copilot").rglob("*") if "llm-router" in path.name]
    assert left == [] and not (there.home / ".copilot" / "copilot-instructions.md").exists()


@offline
def test_enforcing_holds_one_command_back_until_the_tool_was_called(there: Place, fake: FakeProvider) -> None:
    owned(there)
    there.router("onboard", "--mode", "enforce")
    there.router("install", "--host", "copilot-cli")
    last = outputs(
        copilot(there, fake, PROMPT, [shell(SHELL, "early"), QUERY, shell(SHELL, "late"), DONE])[-1]
    )
    assert HELD in last["early"]
    assert "Call `llm-router-llm_query` first" in last["early"] and "from-the-shell\n" not in last["early"]
    assert ANSWER in last["ours"]
    assert "from-the-shell\n" in last["late"]


@offline
def test_in_shadow_the_model_is_told_nothing_and_no_command_is_held_back(
    there: Place, fake: FakeProvider
) -> None:
    owned(there)
    there.router("onboard", "--mode", "shadow")
    there.router("install", "--host", "copilot-cli")
    seen = copilot(there, fake, PROMPT, [shell(SHELL, "early"), DONE])
    assert "llm-router:" not in told(seen[0])
    assert "from-the-shell\n" in outputs(seen[-1])["early"]
    (hook,) = there.decided("copilot-cli", "hook")
    assert (hook["task"], hook["mode"]) == ("query", "shadow")


@offline
def test_a_refused_prompt_reaches_no_model(there: Place, fake: FakeProvider) -> None:
    owned(there)
    there.rules(REFUSING)
    there.router("onboard", "--mode", "enforce")
    there.router("install", "--host", "copilot-cli")
    assert copilot(there, fake, PROMPT, [DONE]) == []
    assert len(copilot(there, fake, "What does functools.cache do?", [DONE])) == 1


@offline
def test_long_outputs_reach_the_model_shortened_those_of_the_held_out_share_whole(
    there: Place, fake: FakeProvider
) -> None:
    owned(there)
    there.history()
    there.rules("rule short\n  compress output\n")
    there.router("install", "--host", "copilot-cli")
    lines = {"first": ["git", "log"], "second": ["git", "log", "--reverse"], "third": ["git", "log", "-29"]}
    steps = [shell(" ".join(words), id) for id, words in lines.items()]
    last = outputs(copilot(there, fake, PROMPT, [*steps, DONE])[-1])
    kinds = [there.short_or_whole(last[id], there.run(words, {})) for id, words in lines.items()]
    assert all("change 28" in last[id] for id in lines)
    # Its hooks are told no name of a call, so that which of them stays whole cannot be foretold.
    assert kinds.count("whole") == there.gained("output")["holdout"] and kinds.count("short") > 0


@offline
def test_the_plugin_is_installed_by_copilot_itself_and_does_the_same(
    there: Place, fake: FakeProvider
) -> None:
    owned(there)
    there.router("onboard", "--mode", "enforce")
    there.router("uninstall")
    within = with_program(there)
    for words in (["marketplace", "add", MARKET], ["install", "llm-router@llm-router"]):
        within.run([*program("copilot"), "plugin", *words], OFFLINE)
    seen = copilot(within, fake, PROMPT, [shell(SHELL, "early"), QUERY, DONE])
    assert TOLD in told(seen[0])
    assert HELD in outputs(seen[-1])["early"] and ANSWER in outputs(seen[-1])["ours"]
    assert len(there.decided("copilot-cli", "hook")) == 1
