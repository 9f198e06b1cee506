"""Factory Droid fires no prompt event in its one-shot mode: the prompt is found in what it keeps of the session."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hooks.hook_world import LOCAL, World, payloads

DROID = "factory-droid"
REFUSE = 'rule no-lines\n  refuse\n  when prompt contains "invoice"\n'


def recorded(name: str) -> dict[str, Any]:
    return next(p.stdin for p in payloads() if (p.host, p.name) == (DROID, name))


def line(text: str, role: str = "user", **more: Any) -> str:
    """A line of a transcript."""
    content = [{"type": "text", "text": text}]
    return json.dumps({"type": "message", "message": {"role": role, "content": content, **more}}) + "\n"


PROMPT = recorded("UserPromptSubmit")["prompt"]
BESIDE = (
    '{"type":"session_start","title":"none"}\n'
    + line("<system-reminder>as told</system-reminder>", visibility="llm_only")
    + line(PROMPT)
    + line("I look", "assistant")
    + line("a hook ran", visibility="user_only")
    + json.dumps({"message": {"role": "user", "content": [{"type": "tool_result", "content": "x"}]}})
    + "\n"
)


def before_tool(world: World, folder: Path, kept: str | None = BESIDE, session: str = "one") -> str:
    """The answer to a tool call of a session of which that is kept."""
    transcript = folder / f"{session}.jsonl"
    if kept is not None:
        transcript.write_text(kept, encoding="utf-8")
    sent = {**recorded("PreToolUse"), "session_id": session, "transcript_path": str(transcript)}
    return world.here("before_tool", sent, DROID)


def test_the_prompt_in_the_transcript_is_decided_once_and_its_first_tool_call_held_back(
    tmp_path: Path,
) -> None:
    world = World(tmp_path / "w", LLM_ROUTER_ENFORCE="enforce")
    own = json.loads(before_tool(world, tmp_path))["hookSpecificOutput"]
    assert (
        own["permissionDecision"] == "deny" and "`llm-router___llm_code`" in own["permissionDecisionReason"]
    )
    assert before_tool(world, tmp_path) == ""
    (row,) = (body["row"] for body in world.spooled("decision"))
    assert (row["task"], row["prompt_chars"], row["session"]) == ("code", len(PROMPT), "one")


@pytest.mark.parametrize("mode", ["off", "shadow", "suggest"])
def test_no_other_mode_holds_anything_back(tmp_path: Path, mode: str) -> None:
    world = World(tmp_path / "w", LLM_ROUTER_ENFORCE=mode)
    assert before_tool(world, tmp_path) == ""
    assert [body["row"]["mode"] for body in world.spooled("decision")] == ([] if mode == "off" else [mode])


def test_a_prompt_that_was_heard_is_not_decided_again(tmp_path: Path) -> None:
    world = World(tmp_path / "w", LLM_ROUTER_ENFORCE="suggest")
    world.here("prompt", {**recorded("UserPromptSubmit"), "session_id": "one"}, DROID)
    before_tool(world, tmp_path)
    assert len(world.spooled("decision")) == 1


@pytest.mark.parametrize(
    "kept", [None, "", "{", line("x", "assistant"), '{"message": ["user"]}\n', line("x" * 300_000)]
)
def test_where_no_prompt_can_be_found_nothing_is_decided(tmp_path: Path, kept: str | None) -> None:
    world = World(tmp_path / "w", LLM_ROUTER_ENFORCE="enforce")
    assert before_tool(world, tmp_path, kept) == ""
    assert [hook["ok"] for hook in world.spooled("hook")] == [True]
    assert world.spooled("decision") == []


def test_a_refused_prompt_stops_the_session_and_where_it_was_not_heard_the_first_tool(tmp_path: Path) -> None:
    world = World(tmp_path / "w", LOCAL + REFUSE, LLM_ROUTER_ENFORCE="enforce")
    stopped = json.loads(world.here("prompt", recorded("UserPromptSubmit"), DROID))
    assert (
        stopped["continue"] is False and "`no-lines`" in stopped["stopReason"] and "decision" not in stopped
    )
    assert (
        "`no-lines`"
        in json.loads(before_tool(world, tmp_path))["hookSpecificOutput"]["permissionDecisionReason"]
    )
