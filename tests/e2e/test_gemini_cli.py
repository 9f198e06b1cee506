"""Gemini CLI itself, offline, with what `install` wrote."""

import json
from pathlib import Path

import pytest

from tests.e2e.clients import not_late, place
from tests.e2e.gemini import CHEAP, MODEL, PROMPT, ROUTED, results, settings, talk, told, turns
from tests.e2e.mine import PAGE, SAYS, WORDS
from tests.fake_provider.server import FakeProvider
from tests.fake_provider.step import Step, tool_call

pytestmark = pytest.mark.e2e

QUERY = "mcp_llm-router_llm_query"
THEIRS = f"""{{
  // Mine, and to be kept.
  "theme": "mine",
  "security": {{"auth": {{"selectedType": "gemini-api-key"}}}},
  "telemetry": {{"enabled": false}},
  "mcpServers": {{"mine": {{"command": {json.dumps(WORDS[0])}, "args": {json.dumps(WORDS[1:])}, "trust": true}}}},
  "hooks": {{
    "AfterAgent": [{{"hooks": [{{"type": "command", "name": "mine", "command": "touch mine-ran"}}]}}]
  }}
}}
"""
PLAIN = '{"security": {"auth": {"selectedType": "gemini-api-key"}}, "telemetry": {"enabled": false}}'
ELSEWHERE = "rule elsewhere\n  route to openai/gpt-6-luna\n  when task is query\n"


def calls(name: str, arguments: dict[str, str]) -> Step:
    return Step(text="", tool_calls=(tool_call(name, arguments),))


def shell(command: str) -> Step:
    return calls("run_shell_command", {"command": command, "description": "look"})


@not_late
def test_the_directive_is_seen_the_tool_answers_what_was_there_works_on_and_nothing_is_left(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    settings(there, THEIRS)
    there.key("OPENAI_API_KEY")
    there.rules(ELSEWHERE)
    before = there.files()
    there.router("install", "--host", "gemini-cli")
    written = there.changed(before)
    with FakeProvider() as fake:
        talk(
            there,
            fake,
            [calls(QUERY, {"prompt": PROMPT}), calls("mcp_mine_mine_hello", {}), Step(text="done")],
        )
        seen = turns(fake)
    assert "llm-router: this prompt is query/simple" in told(seen[0])
    assert ROUTED in results(seen[1])[0]
    assert SAYS in results(seen[2])[1]
    assert (there.project / "mine-ran").exists()
    assert '"query"' in there.router("last", "--json")
    assert "gemini-cli" in there.router("audit", "list", "--json")
    there.router("uninstall")
    assert written and not there.changed(before) & written


@not_late
def test_in_shadow_the_model_is_told_nothing_none_other_is_asked_and_no_tool_is_held_back(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    settings(there, PLAIN)
    there.rules(f"rule cheap\n  mode shadow\n  route to gemini/{CHEAP}\n")
    there.router("install", "--host", "gemini-cli")
    with FakeProvider() as fake:
        talk(there, fake, [shell("echo from-the-shell"), Step(text="done")])
        seen = turns(fake)
    assert "llm-router: this prompt" not in told(seen[0])
    assert {one.model for one in seen} == {MODEL}
    assert "from-the-shell" in results(seen[1])[0]
    assert CHEAP in there.router("last", "--json")


@not_late
def test_in_enforce_a_tool_is_held_back_with_a_reason_ours_are_not_and_there_is_a_way_on(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    settings(there, PLAIN)
    there.key("OPENAI_API_KEY")
    there.rules(ELSEWHERE.replace("\n  when", "\n  mode enforce\n  when"))
    there.router("install", "--host", "gemini-cli")
    with FakeProvider() as fake:
        steps = [
            shell("echo too-early"),
            calls(QUERY, {"prompt": PROMPT}),
            shell("echo from-the-shell"),
            Step(text="done"),
        ]
        talk(there, fake, steps)
        seen = turns(fake)
    held, routed, ran = results(seen[3])
    assert f"Call `{QUERY}` first" in held and "rule `elsewhere`" in held
    assert ROUTED in routed
    assert "from-the-shell" in ran
    assert '"hold"' in there.router("audit", "list", "--json")


@not_late
def test_a_refused_prompt_never_reaches_the_model(tmp_path: Path) -> None:
    there = place(tmp_path)
    settings(there, PLAIN)
    there.rules('rule never\n  mode enforce\n  refuse\n  because "not from here"\n')
    there.router("install", "--host", "gemini-cli")
    with FakeProvider() as fake:
        said = talk(there, fake, [Step(text="done")])
        assert turns(fake) == []
    assert "rule `never` of the policy refuses this prompt: not from here" in said


@not_late
def test_the_turn_runs_on_the_model_that_the_policy_chose(tmp_path: Path) -> None:
    there = place(tmp_path)
    settings(there, PLAIN)
    there.rules(f"rule cheap\n  route to gemini/{CHEAP}\n")
    there.router("install", "--host", "gemini-cli")
    with FakeProvider() as fake:
        said = talk(there, fake, [shell("echo from-the-shell"), Step(text="all well")], model=CHEAP)
        seen = turns(fake)
    assert [one.model for one in seen] == [CHEAP, CHEAP]
    assert "from-the-shell" in results(seen[1])[0]
    assert "all well" in said


@not_late
def test_long_outputs_reach_the_model_shortened_and_those_of_the_held_out_share_whole(tmp_path: Path) -> None:
    there = place(tmp_path)
    settings(there, THEIRS)
    there.history()
    there.rules(f"rule short\n  compress output\n  compress pages\n  route to gemini/{MODEL}\n")
    there.router("install", "--host", "gemini-cli")
    # The client chooses by itself what tells its calls apart, and with that which are held out: of several hardly all.
    commands = [f"git log -n {number}" for number in (30, 29, 28, 27)]
    with FakeProvider() as fake:
        steps = [*map(shell, commands), *[calls("mcp_mine_mine_page", {})] * 4]
        talk(there, fake, [*steps, Step(text="done")])
        given = results(turns(fake)[-1])
    kinds = [
        there.short_or_whole(text, there.run(command.split(), {})) for text, command in zip(given, commands)
    ]
    row = there.gained("output")
    assert (kinds.count("whole"), kinds.count("short")) == (row["holdout"], row["unconfirmed"])
    short = [text for text, kind in zip(given, kinds) if kind == "short"]
    assert short and all("the call ended well, this is its output shortened" in text for text in short)
    shown = [there.short_or_whole(text, PAGE) for text in given[4:]]
    assert len(shown) == 4 and shown.count("whole") == there.gained("pages")["holdout"] and "short" in shown
