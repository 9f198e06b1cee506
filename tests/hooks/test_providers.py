"""Hooks decide by the providers that can be called, as a longer-lived process last found them, and say what is true."""

import json
from pathlib import Path
from typing import Any

import pytest

from router.base.clock import system_clock
from router.engine.serving import open_service
from router.record.provider_list import COUNTS_S, FILE, keep_providers, read_providers
from tests.hooks.hook_world import World, payloads

PLAIN = {(p.host, p.name): p.stdin for p in payloads()}
CLAUDE, CODEX = PLAIN["claude-code", "UserPromptSubmit"], PLAIN["codex", "UserPromptSubmit"]
RULES = "rule r\n  route to ollama/qwen3.5:latest then openai/gpt-5.6 then anthropic/claude-haiku-5-5\n"
LOCAL = "qwen3.5 (local)"


def listed(world: World, *providers: str, age_s: float = 0.0) -> None:
    keep_providers(world.user, providers, system_clock().timestamp() - age_s)


def said(world: World, plain: dict[str, Any] = CLAUDE, host: str | None = None) -> tuple[str, bool]:
    """The line for the person, and whether the model is told to call a tool."""
    answer = json.loads(world.here("prompt", plain, host))
    return answer["systemMessage"].removeprefix("llm-router: code/simple → ").partition(" · ")[0], "llm_code" in json.dumps(answer)


def test_a_provider_that_cannot_be_called_is_not_named(tmp_path: Path) -> None:
    world = World(tmp_path, RULES)
    assert said(world) == (LOCAL, True)
    listed(world, "openai")
    assert said(world) == ("gpt-5.6 (openai)", True)
    (first, second) = (body["row"] for body in world.spooled("decision"))
    assert (json.loads(first["chain"])[0], json.loads(second["chain"])[0]) == ("ollama/qwen3.5:latest", "openai/gpt-5.6")


def test_what_only_the_host_can_call_stays_with_it(tmp_path: Path) -> None:
    world = World(tmp_path, RULES)
    listed(world)
    assert said(world) == ("stays with Claude Code", False)
    assert said(world, CODEX, "codex") == ("stays with Codex CLI", False)
    listed(world, "anthropic")
    assert said(world) == ("claude-haiku-5-5 (anthropic)", True)


def test_where_nobody_can_answer_no_tool_is_named(tmp_path: Path) -> None:
    world = World(tmp_path, "rule r\n  route to ollama/qwen3.5:latest\nrule only\n  allow only provider ollama\n")
    listed(world, "openai")
    assert said(world) == ("no model may answer", False)


def test_a_switching_host_only_counts_the_provider_that_it_runs(tmp_path: Path) -> None:
    world = World(tmp_path, "rule r\n  route to ollama/qwen3.5:latest then gemini/gemini-3.8-flash then anthropic/claude-haiku-5-5\n")
    listed(world)
    message = json.loads(json.dumps(PLAIN["opencode", "chat_message"]))
    message["output"]["message"]["model"] = {"providerID": "anthropic", "modelID": "claude-opus-5-5"}
    answer = json.loads(world.here("prompt", message, "opencode"))
    assert answer["model"]["modelID"] == "claude-haiku-5-5" and "context" not in answer


@pytest.mark.parametrize("age_s", [COUNTS_S, -60.0])
def test_an_old_list_leaves_nobody_out(tmp_path: Path, age_s: float) -> None:
    world = World(tmp_path, RULES)
    listed(world, "openai", age_s=age_s)
    assert said(world) == (LOCAL, True)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"at": "x", "providers": []}', b'{"at": 1e10, "providers": [7]}', b"[" * 9999])
def test_a_damaged_list_leaves_nobody_out(tmp_path: Path, data: bytes) -> None:
    world = World(tmp_path, RULES)
    (world.user / FILE).write_bytes(data)
    assert said(world) == (LOCAL, True)
    listed(world, "openai")
    assert said(world) == ("gpt-5.6 (openai)", True)


def test_a_list_that_says_the_same_is_left_alone_for_a_while(tmp_path: Path) -> None:
    keep_providers(tmp_path, ("b", "a"), 1_000.0)
    kept = (tmp_path / FILE).read_bytes()
    keep_providers(tmp_path, ("a", "b"), 1_100.0)
    assert (tmp_path / FILE).read_bytes() == kept and read_providers(tmp_path, 1_200.0) == {"a", "b"}
    keep_providers(tmp_path, ("a",), 1_200.0)
    assert read_providers(tmp_path, 1_200.0) == {"a"}
    keep_providers(tmp_path, ("a",), 5_000.0)
    assert read_providers(tmp_path, 5_000.0 + COUNTS_S - 1) == {"a"}


def test_whoever_opens_the_service_lists_them_and_no_key(tmp_path: Path) -> None:
    world = World(tmp_path, RULES)
    secret = "sk-" + "y" * 40
    service = open_service(world.project, world.environ | {"OPENAI_API_KEY": secret})
    service.records.store.close()
    found = read_providers(world.user, system_clock().timestamp())
    assert found is not None and "openai" in found and "anthropic" not in found
    assert secret.encode() not in (world.user / FILE).read_bytes()


def test_what_waits_for_a_person_goes_through_the_tool(tmp_path: Path) -> None:
    rules = "rule r\n  route to anthropic/claude-opus-5-5\nrule ask-first\n  require approval\n"
    world = World(tmp_path, rules)
    answer = json.loads(world.here("prompt", CLAUDE))
    assert "llm_code" in answer["hookSpecificOutput"]["additionalContext"]
    assert answer["systemMessage"].endswith("· waits for approval (rule `ask-first` of the repository)")
    opencode = World(tmp_path / "o", "rule r\n  route to gemini/gemini-3.8-flash\nrule ask-first\n  require approval\n")
    message = json.loads(json.dumps(PLAIN["opencode", "chat_message"]))
    message["output"]["message"]["model"] = {"providerID": "google", "modelID": "other"}
    assert "model" not in json.loads(opencode.here("prompt", message, "opencode"))


def test_a_sub_agent_that_waits_for_a_person_is_held_back_in_enforce_alone(tmp_path: Path) -> None:
    rules = "rule ask-first\n  require approval\n  when agent is not main\n" + RULES
    agent = {**PLAIN["claude-code", "PreToolUse_agent"], "session_id": CLAUDE["session_id"]}
    texts = []
    for mode in ("suggest", "enforce"):
        world = World(tmp_path / mode, rules, LLM_ROUTER_ENFORCE=mode)
        listed(world, "anthropic")
        world.here("prompt", {**CLAUDE, "prompt": "/clear"})
        texts.append([world.here("before_tool", agent) for _ in range(2)])
    assert texts[0] == ["", ""]
    for text in texts[1]:
        own = json.loads(text)["hookSpecificOutput"]
        assert own["permissionDecision"] == "deny" and "`ask-first`" in own["permissionDecisionReason"]
        assert "`mcp__llm-router__llm_" in own["permissionDecisionReason"]
