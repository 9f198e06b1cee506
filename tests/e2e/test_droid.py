"""Factory Droid itself, offline, with what `install` wrote."""

from pathlib import Path

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
from tests.e2e.droid_home import QUIET, call, one_shot, outputs, owned, session, shell, told
from tests.fake_provider.server import FakeProvider

pytestmark = pytest.mark.e2e

QUERY = call("llm-router___llm_query", {"prompt": PROMPT}, "ours")


@offline
def test_the_directive_is_seen_the_tool_answers_the_session_is_recorded_and_nothing_is_left(
    there: Place, fake: FakeProvider
) -> None:
    before = owned(there, fake)
    there.router("install", "--host", "factory-droid")
    asked: list[str] = []
    seen = session(there, fake, PROMPT, [call("mine___mine_hello", {}, "theirs"), QUERY, DONE], asked)
    assert len(asked) == 1 and "mine_hello" in asked[0]
    assert TOLD in told(seen[0]) and "`llm-router___llm_query`" in told(seen[0])
    assert ANSWER in outputs(seen[-1])["ours"]
    assert mine.SAYS in outputs(seen[-1])["theirs"] and (there.project / "mine-ran").exists()
    (hook,) = there.decided("factory-droid", "hook")
    (made,) = there.decided("factory-droid", "mcp")
    assert (hook["task"], hook["complexity"], hook["mode"]) == ("query", "simple", "suggest")
    assert str(made["model"]).startswith("anthropic/") and made["attempts"] == 1
    assert '"factory-droid"' in there.router("audit", "list", "--json")

    there.router("uninstall")
    assert {file: file.read_text() for file in before} == before
    assert not (there.home / ".factory" / "AGENTS.md").exists()


@offline
def test_enforcing_holds_one_command_back_until_the_tool_was_called(there: Place, fake: FakeProvider) -> None:
    owned(there, fake)
    there.router("onboard", "--mode", "enforce")
    there.router("install", "--host", "factory-droid")
    last = outputs(
        session(there, fake, PROMPT, [shell(SHELL, "early"), QUERY, shell(SHELL, "late"), DONE])[-1]
    )
    assert HELD in last["early"] and "Call `llm-router___llm_query` first" in last["early"]
    assert "from-the-shell\n" not in last["early"]
    assert ANSWER in last["ours"]
    assert "from-the-shell\n" in last["late"]


@offline
def test_a_refused_prompt_reaches_no_model(there: Place, fake: FakeProvider) -> None:
    owned(there, fake)
    there.rules(REFUSING)
    there.router("onboard", "--mode", "enforce")
    there.router("install", "--host", "factory-droid")
    assert session(there, fake, PROMPT, [DONE]) == []
    assert len(session(there, fake, "What does functools.cache do?", [DONE])) == 1


@offline
def test_a_prompt_of_the_one_shot_mode_which_has_no_event_for_it_is_decided_and_held_back_too(
    there: Place, fake: FakeProvider
) -> None:
    owned(there, fake)
    there.router("onboard", "--mode", "enforce")
    there.router("install", "--host", "factory-droid")
    seen = one_shot(there, fake, PROMPT, [shell(SHELL, "early"), QUERY, shell(SHELL, "late"), DONE])
    assert TOLD not in told(seen[0])
    last = outputs(seen[-1])
    assert HELD in last["early"] and "from-the-shell\n" not in last["early"]
    assert ANSWER in last["ours"] and "from-the-shell\n" in last["late"]
    (hook,) = there.decided("factory-droid", "hook")
    assert (hook["task"], hook["prompt_chars"], hook["mode"]) == ("query", len(PROMPT), "enforce")


@offline
def test_in_shadow_the_model_is_told_nothing_and_no_command_is_held_back(
    there: Place, fake: FakeProvider
) -> None:
    owned(there, fake)
    there.router("onboard", "--mode", "shadow")
    there.router("install", "--host", "factory-droid")
    seen = session(there, fake, PROMPT, [shell(SHELL, "early"), DONE])
    assert TOLD not in told(seen[0])
    assert "from-the-shell\n" in outputs(seen[-1])["early"]
    assert [row["mode"] for row in there.decided("factory-droid", "hook")] == ["shadow"]


@offline
def test_the_plugin_is_installed_by_droid_itself_and_does_the_same(there: Place, fake: FakeProvider) -> None:
    owned(there, fake)
    there.router("onboard", "--mode", "enforce")
    there.router("uninstall")
    within = with_program(there)
    # A market goes by its folder's name.
    for words in (["marketplace", "add", MARKET], ["install", f"llm-router@{Path(MARKET).name}"]):
        within.run([*program("droid"), "plugin", *words], QUIET)
    seen = session(within, fake, PROMPT, [shell(SHELL, "early"), QUERY, DONE])
    assert TOLD in told(seen[0])
    assert HELD in outputs(seen[-1])["early"] and ANSWER in outputs(seen[-1])["ours"]
