"""Claude Code itself, offline, with what `install` wrote."""

import json
from pathlib import Path

import pytest

from router.engine.hook_compress import is_held_out
from tests.e2e.claude import MODEL, OTHER, PROMPT, ROUTED, SMALL, results, settings, talk, told, turns
from tests.e2e.clients import not_late, place
from tests.e2e.mine import PAGE, SAYS, WORDS
from tests.fake_provider.server import FakeProvider
from tests.fake_provider.step import Step, tool_call

pytestmark = pytest.mark.e2e

QUERY = "mcp__llm-router__llm_query"
THEIRS = """{
  "permissions": {"allow": ["mcp__mine__*"]},
  "hooks": {
    "Stop": [{"hooks": [{"type": "command", "command": "touch mine-ran"}]}]
  }
}
"""
SHELL = '{"permissions": {"allow": ["Bash(echo *)", "Bash(git *)"]}}'
MINE = {"mine": {"type": "stdio", "command": WORDS[0], "args": list(WORDS[1:]), "alwaysLoad": True}}
SESSION = "0b7c3f52-6f0e-4a51-9a51-0d1c5f3f2a10"


def calls(name: str, arguments: dict[str, str], id: str) -> Step:
    return Step(text="", tool_calls=(tool_call(name, arguments, id),))


def shell(command: str, id: str) -> Step:
    return calls("Bash", {"command": command, "description": "look"}, id)


@not_late
def test_the_directive_is_seen_the_tool_answers_what_was_there_works_on_and_nothing_is_left(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    settings(there, THEIRS)
    there.key("OPENAI_API_KEY")
    there.rules(f"rule elsewhere\n  route to {OTHER}\n  when task is query\n")
    (there.home / ".claude.json").write_text(json.dumps({"mcpServers": MINE}, indent=2), "utf-8")
    before = there.files()
    there.router("install", "--host", "claude-code")
    written = there.changed(before)
    with FakeProvider() as fake:
        steps = [
            calls(QUERY, {"prompt": PROMPT}, "routed"),
            calls("mcp__mine__mine_hello", {}, "mine"),
            Step(text="done"),
        ]
        talk(there, fake, steps)
        seen = turns(fake)
    assert "llm-router: this prompt is query/simple" in told(seen[0])
    assert ROUTED in results(seen[1])["routed"]
    assert results(seen[2])["mine"] == SAYS
    assert (there.project / "mine-ran").exists()
    assert '"query"' in there.router("last", "--json")
    assert "claude-code" in there.router("audit", "list", "--json")
    there.router("uninstall")
    # The client itself keeps its own matters in the file of the servers.
    state = there.home / ".claude.json"
    assert state in written and json.loads(state.read_text("utf-8"))["mcpServers"] == MINE
    assert there.changed(before) & written <= {state}


@not_late
def test_in_shadow_the_model_is_told_nothing_and_no_tool_is_held_back(tmp_path: Path) -> None:
    there = place(tmp_path)
    settings(there, SHELL)
    there.router("onboard", "--mode", "shadow")
    there.router("install", "--host", "claude-code")
    with FakeProvider() as fake:
        talk(there, fake, [shell("echo from-the-shell", "shell"), Step(text="done")])
        seen = turns(fake)
    assert "llm-router: this prompt" not in told(seen[0])
    assert results(seen[1])["shell"].strip() == "from-the-shell"
    assert '"query"' in there.router("last", "--json")


@not_late
def test_in_enforce_a_tool_is_held_back_with_a_reason_ours_are_not_and_there_is_a_way_on(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    settings(there, SHELL)
    there.key("OPENAI_API_KEY")
    there.rules(f"rule elsewhere\n  mode enforce\n  route to {OTHER}\n  when task is query\n")
    there.router("install", "--host", "claude-code")
    with FakeProvider() as fake:
        steps = [
            shell("echo too-early", "first"),
            calls(QUERY, {"prompt": PROMPT}, "routed"),
            shell("echo from-the-shell", "second"),
            Step(text="done"),
        ]
        talk(there, fake, steps)
        seen = turns(fake)
    held = results(seen[1])["first"]
    assert "too-early" not in held
    assert f"Call `{QUERY}` first" in held and "rule `elsewhere`" in held
    assert ROUTED in results(seen[2])["routed"]
    assert results(seen[3])["second"].strip() == "from-the-shell"
    assert '"hold"' in there.router("audit", "list", "--json")


@not_late
def test_a_refused_prompt_never_reaches_the_model(tmp_path: Path) -> None:
    there = place(tmp_path)
    there.rules('rule never\n  mode enforce\n  refuse\n  because "not from here"\n')
    there.router("install", "--host", "claude-code")
    with FakeProvider() as fake:
        said = talk(there, fake, [Step(text="done")])
        assert turns(fake) == []
    assert "rule `never` of the policy refuses this prompt: not from here" in said


@pytest.mark.parametrize(
    ("chosen", "runs"), [({}, SMALL), ({"model": "sonnet"}, MODEL)], ids=["left-open", "chosen"]
)
@not_late
def test_a_sub_agent_runs_on_the_model_of_its_own_decision_where_nobody_chose_one(
    tmp_path: Path, chosen: dict[str, str], runs: str
) -> None:
    there = place(tmp_path)
    there.rules("rule small\n  route to anthropic/claude-haiku-4-5\n")
    there.router("install", "--host", "claude-code")
    task = {"description": "look it up", "prompt": "Look up what os.path.join does.", **chosen}
    with FakeProvider() as fake:
        fake.always("anthropic", Step(text="found it"))
        talk(
            there,
            fake,
            [calls("Agent", {**task, "subagent_type": "general-purpose"}, "agent"), Step(text="done")],
        )
        asked = [seen for seen in fake.seen("anthropic") if seen.body.get("tools")]
    own = [seen.model for seen in asked if told(seen).count(task["prompt"]) and not told(seen).count(PROMPT)]
    assert own and set(own) == {runs}


@not_late
def test_long_outputs_reach_the_model_shortened_those_of_the_held_out_share_whole(tmp_path: Path) -> None:
    there = place(tmp_path)
    settings(there, SHELL.replace('"Bash(git *)"', '"Bash(git *)", "mcp__mine__*"'))
    (there.home / ".claude.json").write_text(json.dumps({"mcpServers": MINE}, indent=2), "utf-8")
    there.history()
    there.rules("rule short\n  compress output\n  compress pages\n")
    there.router("install", "--host", "claude-code")
    ids = [f"call_{number}" for number in range(400)]
    held = next(id for id in ids if is_held_out(SESSION, id))
    acted, page, *_ = [id for id in ids if not is_held_out(SESSION, id)]
    with FakeProvider() as fake:
        steps = [
            shell("git log", acted),
            shell("git log", held),
            calls("mcp__mine__mine_page", {}, page),
            Step(text="done"),
        ]
        talk(there, fake, steps, "--session-id", SESSION)
        seen = turns(fake)
    given = results(seen[3])
    whole = there.run(["git", "log"], {})
    assert there.short_or_whole(given[acted], whole) == "short" and "change 29" in given[acted]
    assert there.short_or_whole(given[held], whole) == "whole"
    assert there.short_or_whole(given[page], PAGE) == "short" and "Chair 79" in given[page]
    # Whether the model was given the shorter text is known from the client's own transcript.
    row = there.gained("output")
    assert (row["outputs"], row["holdout"], row["unconfirmed"], row["refused"]) == (1, 1, 0, 0)
    assert 0 < row["kept"] < row["raw"] / 2
    row = there.gained("pages")
    assert (row["outputs"], row["holdout"], row["unconfirmed"], row["refused"]) == (1, 0, 0, 0)
