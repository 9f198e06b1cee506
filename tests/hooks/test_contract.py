"""Every recorded event of every host, in every mode: read, decided, answered with fields that the host knows."""

import json
from pathlib import Path
from typing import Any

import pytest

from router.facts.prompt_tokens import token_estimate
from router.hosts.host import TOOL_SEARCH, Host, is_ours
from router.hosts.registry import NAMES, detect, host_named
from tests.hooks.hook_world import LOCAL, Payload, World, payloads, prompts

MODES = ("off", "shadow", "suggest", "enforce")

CLAUDE = {"continue", "stopReason", "suppressOutput", "systemMessage", "decision", "reason", "hookSpecificOutput"}
CLAUDE_OWN = {
    "prompt": {"hookEventName", "additionalContext"},
    "before_tool": {"hookEventName", "permissionDecision", "permissionDecisionReason", "updatedInput"},
    "session_start": {"hookEventName", "additionalContext"},
}
KNOWN: dict[str, set[str]] = {
    "claude-code": CLAUDE,
    "codex": CLAUDE,
    "gemini-cli": {"decision", "reason", "systemMessage", "hookSpecificOutput"},
    "opencode": {"context", "message", "deny", "model"},
    "copilot-cli": {"additionalContext", "decision", "reason", "permissionDecision", "permissionDecisionReason"},
    "factory-droid": CLAUDE,
    "cursor": {"permission", "user_message", "agent_message", "additional_context", "continue"},
    "vscode": CLAUDE,
    "windsurf": {"decision", "reason", "hookSpecificOutput"},
    "trae": {"decision", "reason", "hookSpecificOutput"},
    "claw-code": CLAUDE,
}


def host_of(payload: Payload) -> Host:
    host = host_named(payload.host)
    assert host is not None
    return host


def kind_of(payload: Payload) -> str | None:
    """What a recorded event is to us; the status line has no name in what is sent."""
    if payload.name.startswith("StatusLine"):
        return "status_line"
    name = payload.name.removesuffix("_ours").removesuffix("_agent").removesuffix("_search").removesuffix("_shared")
    return host_of(payload).kind_of(name.replace("_", ".") if payload.host == "opencode" else name)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    return {
        mode: World(tmp_path_factory.mktemp(mode), LOCAL, LLM_ROUTER_ENFORCE=mode) for mode in MODES
    }


def named(payload: Payload) -> str:
    return f"{payload.host}-{payload.name}"


HANDLED = [payload for payload in payloads() if kind_of(payload) is not None]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("payload", HANDLED, ids=named)
def test_an_event_is_answered_in_fields_that_its_host_knows(
    payload: Payload, mode: str, worlds: dict[str, World]
) -> None:
    world, kind = worlds[mode], kind_of(payload)
    assert kind is not None
    before = len(world.spooled("hook"))
    text = world.here(kind, payload.stdin, payload.host)
    hooks = world.spooled("hook")[before:]
    assert [hook["ok"] for hook in hooks] in ([True], []), hooks
    if kind == "status_line":
        assert "{" not in text and len(text) <= 200
        return
    if mode in ("off", "shadow"):
        assert text == ""
        return
    if payload.host == "trae" and kind in ("prompt", "session_start"):
        assert "{" not in text
        return
    plain = json.loads(text) if text else {}
    assert set(plain) <= KNOWN[payload.host]
    own = plain.get("hookSpecificOutput")
    if own is not None and payload.host != "gemini-cli":
        assert set(own) <= CLAUDE_OWN[kind] and own["hookEventName"] == payload.stdin.get("hook_event_name", own["hookEventName"])
    assert "allow" not in json.dumps(plain)


@pytest.mark.parametrize("payload", list(prompts()), ids=named)
def test_a_suggestion_names_the_tool_as_the_host_does_and_blocks_nothing(
    payload: Payload, worlds: dict[str, World]
) -> None:
    host = host_of(payload)
    plain = with_session(payload.stdin, f"told {payload.host} {payload.name}")
    text = worlds["suggest"].here("prompt", plain, payload.host)
    said = context_of(payload.host, text)
    if "prompt" not in host.says_context or "agent_action_name" in payload.stdin:
        assert said is None
    else:
        assert said is not None and f"`{host.tool_name('llm_code')}`" in said
        assert token_estimate(said) <= 60
    assert '"block"' not in text and '"deny"' not in text


@pytest.mark.parametrize("payload", [p for p in HANDLED if kind_of(p) == "before_tool" and p.host != "claw-code"], ids=named)
def test_enforcing_holds_one_call_back_and_never_what_a_routed_answer_needs(
    payload: Payload, tmp_path: Path, worlds: dict[str, World]
) -> None:
    world, host = worlds["enforce"], host_of(payload)
    prompt = next(p for p in prompts() if p.host == payload.host)
    session = f"held {payload.host} {payload.name}"
    world.here("prompt", with_session(prompt.stdin, session), payload.host)
    first, second = (world.here("before_tool", with_session(payload.stdin, session), payload.host) for _ in range(2))
    tool = host.read("before_tool", payload.stdin).tool
    assert tool is not None
    if is_ours(tool) or tool.lower() in TOOL_SEARCH:
        assert first == ""
    else:
        assert f"`{host.tool_name('llm_code')}`" in first and "to-local" in first
    assert "llm_code" not in second


def test_a_host_without_a_prompt_event_is_never_held_back(worlds: dict[str, World]) -> None:
    payload = next(p for p in HANDLED if p.host == "claw-code" and kind_of(p) == "before_tool")
    assert worlds["enforce"].here("before_tool", payload.stdin, "claw-code") == ""


@pytest.mark.parametrize("payload", [p for p in HANDLED if p.host != "claw-code"], ids=named)
def test_a_shared_file_finds_out_who_calls(payload: Payload) -> None:
    assert detect(payload.stdin, dict.fromkeys(payload.variables, "1")) == payload.host


def test_markers_of_an_outer_host_do_not_count_against_what_was_sent() -> None:
    codex = next(p for p in payloads() if p.host == "codex" and p.name == "UserPromptSubmit")
    assert detect(codex.stdin, {"CLAUDECODE": "1", "COPILOT_CLI": "1"}) == "codex"


def test_every_host_is_there_and_those_without_hooks_have_no_events() -> None:
    hosts = {name: host_named(name) for name in NAMES}
    assert all(host is not None and host.name == name for name, host in hosts.items())
    assert {name for name, host in hosts.items() if host and not host.entries} == {"openclaw", "zed", "claude-desktop"}
    assert host_named("../../etc") is None


def with_session(plain: dict[str, Any], session: str) -> dict[str, Any]:
    """The same event of another session, wherever the host says it."""
    text = json.dumps(plain)
    for field in ("session_id", "sessionId", "sessionID", "conversation_id", "trajectory_id"):
        parts = text.split(f'"{field}": "')
        text = f'"{field}": "'.join([parts[0], *(session + part[part.index('"') :] for part in parts[1:])])
    changed: dict[str, Any] = json.loads(text)
    return changed


def context_of(host: str, text: str) -> str | None:
    """What of an answer reaches the model, by each host's own documentation."""
    if host == "trae":
        return text or None
    plain = json.loads(text) if text else {}
    if host in ("claude-code", "codex", "gemini-cli", "factory-droid", "windsurf", "vscode"):
        said = plain.get("hookSpecificOutput", {}).get("additionalContext")
    else:
        said = plain.get({"opencode": "context", "copilot-cli": "additionalContext", "cursor": "additional_context"}[host])
    assert said is None or isinstance(said, str)
    return said
