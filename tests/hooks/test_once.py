"""A host that runs several hook files of ours for one event gets one answer, and the event is recorded once."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from router.base.clock import system_clock
from router.engine.hooked import TOGETHER_S, hooked
from tests.hooks.hook_world import World, payloads

SHARED = {p.name: p.stdin for p in payloads() if p.host == "claude-code"}
CURSOR = {p.name: p.stdin for p in payloads() if p.host == "cursor"}
VSCODE = {p.name: p.stdin for p in payloads() if p.host == "vscode"}


def as_claude_names_it(plain: dict[str, Any]) -> dict[str, Any]:
    """Cursor's event as it reaches a hook of Claude's files, whose words for events it maps."""
    return {**plain, "hook_event_name": "UserPromptSubmit"}


def test_cursor_runs_its_own_file_and_claudes_and_is_answered_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    own = world.run("prompt", world.event(CURSOR["beforeSubmitPrompt"]), "cursor")
    other = world.run("prompt", world.event(as_claude_names_it(CURSOR["beforeSubmitPrompt"])))
    assert "llm_code" in json.loads(own.stdout)["additional_context"]
    assert (other.stdout, other.returncode) == (b"", 0)
    assert len(world.spooled("decision")) == 1 and len(world.spooled("hook")) == 1


def test_whichever_comes_first_answers(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert "llm_code" in world.here("prompt", as_claude_names_it(CURSOR["beforeSubmitPrompt"]))
    assert world.here("prompt", CURSOR["beforeSubmitPrompt"], "cursor") == ""


def test_the_next_prompt_and_the_next_call_are_others(tmp_path: Path) -> None:
    world = World(tmp_path, LLM_ROUTER_ENFORCE="enforce")
    prompt, tool = CURSOR["beforeSubmitPrompt"], CURSOR["preToolUse"]
    for turn in ("g-1", "g-2"):
        assert "llm_code" in world.here("prompt", {**prompt, "generation_id": turn}, "cursor")
        first = world.here("before_tool", {**tool, "generation_id": turn}, "cursor")
        again = world.here("before_tool", {**tool, "generation_id": turn})
        other = world.here("before_tool", {**tool, "generation_id": turn, "tool_use_id": "another"}, "cursor")
        assert json.loads(first)["permission"] == "deny" and (again, other) == ("", "")
    assert [line["event"] for line in world.spooled("hook")] == ["prompt", "before_tool", "before_tool"] * 2


def test_vs_code_reads_the_files_of_two_others(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert "systemMessage" in world.here("prompt", VSCODE["UserPromptSubmit"])
    assert world.here("prompt", VSCODE["UserPromptSubmit"]) == ""
    assert "systemMessage" in world.here("prompt", {**VSCODE["UserPromptSubmit"], "timestamp": "2026-11-23T16:51:00.000Z"})


@pytest.mark.parametrize("turn", [None, 7, ["g"], ""])
def test_without_a_turn_every_event_is_answered(tmp_path: Path, turn: object) -> None:
    world = World(tmp_path)
    for _ in range(2):
        assert "llm_code" in world.here("prompt", {**CURSOR["beforeSubmitPrompt"], "generation_id": turn}, "cursor")


def test_claude_code_itself_may_send_the_same_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    for _ in range(2):
        assert "llm_code" in world.here("prompt", SHARED["UserPromptSubmit"])


PAIRS = {
    "trae": ({p.name: p.stdin for p in payloads() if p.host == "trae"}, "UserPromptSubmit"),
    "windsurf": ({p.name: p.stdin for p in payloads() if p.host == "windsurf"}, "UserPromptSubmit"),
}


@pytest.mark.parametrize("host", PAIRS)
def test_hosts_that_number_no_prompts_are_answered_once_in_a_moment(tmp_path: Path, host: str) -> None:
    world, (events, name) = World(tmp_path), PAIRS[host]
    start = system_clock()

    def after(seconds: float, prompt: str = "Rename the helper in src/a.py") -> str:
        data = world.event({**events[name], "prompt": prompt})
        return hooked("prompt", data, host, world.environ, lambda: start + timedelta(seconds=seconds))

    said = [bool(after(at)) for at in (0.0, 0.5, TOGETHER_S - 0.1, TOGETHER_S, TOGETHER_S + 0.5, 60.0)]
    assert said == [True, False, False, True, False, True]
    assert after(60.5, "Another prompt about src/b.py") != ""


def test_copilot_runs_a_repositorys_claude_settings_beside_its_own_file(tmp_path: Path) -> None:
    world = World(tmp_path)
    own = next(p.stdin for p in payloads() if (p.host, p.name) == ("copilot-cli", "userPromptSubmitted"))
    snake = {"session_id": own["sessionId"], "hook_event_name": "UserPromptSubmit", "prompt": own["prompt"]}
    assert "llm_code" in world.here("prompt", own)
    assert world.here("prompt", snake, COPILOT_CLI="1") == ""
    assert len(world.spooled("decision")) == 1
