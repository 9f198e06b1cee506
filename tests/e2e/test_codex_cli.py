"""Codex itself, offline, with what `install` wrote."""

import json

import pytest

from router.engine.hook_compress import is_held_out
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
from tests.e2e.codex_home import HOOKS, Server, codex, outputs, owned, served, shell, told
from tests.fake_provider.server import FakeProvider

pytestmark = pytest.mark.e2e

QUERY = served("llm_query", {"prompt": PROMPT}, "ours")


def trusted(there: Place) -> None:
    with Server(there) as server:
        server.trust()


@offline
def test_the_directive_is_seen_the_tool_answers_the_session_is_recorded_and_nothing_is_left(
    there: Place, fake: FakeProvider
) -> None:
    config, hooks = owned(there, fake)
    before = config.read_text()
    there.router("install", "--host", "codex")
    trusted(there)
    granted = config.read_text()
    seen = codex(there, fake, PROMPT, [served("mine_hello", {}, "theirs", "mine"), QUERY, DONE])
    assert TOLD in told(seen[0]) and "`mcp__llm_router__llm_query`" in told(seen[0])
    assert ANSWER in outputs(seen[2])["ours"] and "cost_usd" not in outputs(seen[2])["ours"]
    assert mine.SAYS in outputs(seen[2])["theirs"] and (there.project / "mine-ran").exists()
    (hook,) = there.decided("codex", "hook")
    (call,) = there.decided("codex", "mcp")
    assert (hook["task"], hook["complexity"], hook["mode"]) == ("query", "simple", "suggest")
    assert str(call["model"]).startswith("anthropic/") and call["attempts"] == 1
    assert '"codex"' in there.router("audit", "list", "--json")

    there.router("install", "--host", "codex")
    assert config.read_text() == granted
    there.router("uninstall")
    # What Codex itself wrote of the person's trust is not ours to take.
    assert config.read_text() == before + granted.partition("tool_timeout_sec = 120\n")[2]
    assert "llm-router" not in config.read_text()
    assert hooks.read_text() == HOOKS
    assert not (there.home / ".codex" / "AGENTS.md").exists()


@offline
def test_a_first_turn_has_our_tools_though_codex_by_itself_would_not_wait_for_a_server(
    there: Place, fake: FakeProvider
) -> None:
    owned(there, fake, more="")
    there.router("install", "--host", "codex")
    seen = codex(there, fake, PROMPT, [QUERY, DONE])
    names = [tool.get("name") for tool in seen[0].body["tools"]]
    assert "mcp__llm_router" in names
    assert ANSWER in outputs(seen[1])["ours"]


@offline
def test_enforcing_holds_one_command_back_until_the_tool_was_called(there: Place, fake: FakeProvider) -> None:
    owned(there, fake)
    there.router("onboard", "--mode", "enforce")
    there.router("install", "--host", "codex")
    trusted(there)
    steps = [shell(SHELL, "early"), QUERY, shell(SHELL, "late"), DONE]
    last = outputs(codex(there, fake, PROMPT, steps)[-1])
    assert HELD in last["early"]
    assert (
        "Call `mcp__llm_router__llm_query` first" in last["early"]
        and "from-the-shell\\n" not in last["early"]
    )
    assert ANSWER in last["ours"]
    assert "from-the-shell\\n" in last["late"]


@offline
def test_what_is_held_back_once_goes_through_when_it_is_asked_again(there: Place, fake: FakeProvider) -> None:
    owned(there, fake)
    there.router("onboard", "--mode", "enforce")
    there.router("install", "--host", "codex")
    trusted(there)
    last = outputs(codex(there, fake, PROMPT, [shell(SHELL, "early"), shell(SHELL, "again"), DONE])[-1])
    assert "from-the-shell\\n" not in last["early"] and "from-the-shell\\n" in last["again"]


@offline
def test_in_shadow_the_model_is_told_nothing_and_no_command_is_held_back(
    there: Place, fake: FakeProvider
) -> None:
    owned(there, fake)
    there.router("onboard", "--mode", "shadow")
    there.router("install", "--host", "codex")
    trusted(there)
    seen = codex(there, fake, PROMPT, [shell(SHELL, "early"), DONE])
    assert told(seen[0]) == ""
    assert "from-the-shell\\n" in outputs(seen[1])["early"]
    (hook,) = there.decided("codex", "hook")
    assert (hook["task"], hook["mode"]) == ("query", "shadow")


@offline
def test_a_refused_prompt_reaches_no_model(there: Place, fake: FakeProvider) -> None:
    owned(there, fake)
    there.rules(REFUSING)
    there.router("onboard", "--mode", "enforce")
    there.router("install", "--host", "codex")
    trusted(there)
    assert codex(there, fake, PROMPT, [DONE]) == []
    assert len(codex(there, fake, "What does functools.cache do?", [DONE])) == 1


@offline
def test_long_outputs_reach_the_model_shortened_those_of_the_held_out_share_whole(
    there: Place, fake: FakeProvider
) -> None:
    owned(there, fake)
    there.history()
    there.router("install", "--host", "codex")
    trusted(there)
    steps = [shell("git log", "first"), shell("git log --reverse", "second"), DONE]
    # How a command ended its hooks are not told.
    last = outputs(codex(there, fake, PROMPT, steps, LLM_ROUTER_COMPRESS_OUTPUT="failing")[-1])
    (hook,) = there.decided("codex", "hook")
    for id, line in (("first", ["git", "log"]), ("second", ["git", "log", "--reverse"])):
        held = is_held_out(str(hook["session"]), id)
        given = json.loads(last[id])
        assert there.short_or_whole(given, there.run(line, {})) == ("whole" if held else "short")
        assert "change 29" in given


@offline
def test_hooks_that_were_not_accepted_do_nothing_and_verify_says_so(there: Place, fake: FakeProvider) -> None:
    owned(there, fake)
    there.router("install", "--host", "codex")
    assert told(codex(there, fake, PROMPT, [DONE])[0]) == ""
    assert there.decided("codex", "hook") == []
    said = "Codex skips SessionStart, UserPromptSubmit, PreToolUse, PostToolUse, SessionEnd"
    assert said in there.router("verify")
    trusted(there)
    assert said not in there.router("verify")
    with Server(there) as server:
        assert {hook["trustStatus"] for hook in server.hooks().values()} == {"trusted"}


@offline
def test_the_plugin_is_installed_by_codex_itself_and_does_the_same(there: Place, fake: FakeProvider) -> None:
    config, _ = owned(there, fake)
    config.write_text(config.read_text().replace("plugins = false", "plugins = true"))
    there.router("onboard", "--mode", "enforce")
    there.router("uninstall")
    within = with_program(there)
    for words in (["marketplace", "add", MARKET], ["add", "llm-router@llm-router"]):
        within.run([*program("codex"), "plugin", *words], {"FAKE_KEY": "none"})
    trusted(within)
    seen = codex(within, fake, PROMPT, [shell(SHELL, "early"), QUERY, DONE])
    assert TOLD in told(seen[0])
    assert HELD in outputs(seen[-1])["early"] and ANSWER in outputs(seen[-1])["ours"]
