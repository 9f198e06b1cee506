"""Other hosts take a shorter output in their own words, and only where they say that the command went well."""

from collections.abc import Mapping
from typing import Any

import pytest

from router.hosts.host import Event
from router.hosts.registry import NAMES, host_named
from tests.compress.world import squeeze
from tests.hook_compress.test_hook_output import TOLD
from tests.hook_compress.world import LOG, World

COMMAND, TEXT = LOG["command"], LOG["output"]


def codex(world: World, text: str = TEXT) -> dict[str, Any]:
    return {
        "session_id": "5f0c", "turn_id": "1", "transcript_path": None, "cwd": str(world.project), "model": "m",
        "permission_mode": "default", "hook_event_name": "PostToolUse", "tool_name": "Bash",
        "tool_input": {"command": COMMAND}, "tool_response": text, "tool_use_id": TOLD,
    }  # fmt: skip


def gemini(world: World, end: str = "\nProcess Group PGID: 7", begun: str = "Output: ", **response: Any) -> dict[str, Any]:
    text = f"<untrusted_context>\n{begun}{TEXT.rstrip()}{end}\n</untrusted_context>"
    return {
        "session_id": "5f0c", "transcript_path": "", "cwd": str(world.project), "hook_event_name": "AfterTool",
        "timestamp": "2026-09-01T12:00:00Z", "tool_name": "run_shell_command", "tool_input": {"command": COMMAND},
        "tool_response": {"llmContent": text, "returnDisplay": TEXT, **response}, "tool_use_id": TOLD,
    }  # fmt: skip


def copilot(world: World, code: str | None = "0", kind: str = "success") -> dict[str, Any]:
    end = "" if code is None else f"<shellId: 0 completed with exit code {code}>"
    return {
        "sessionId": "5f0c", "timestamp": 1, "cwd": str(world.project), "toolName": "bash", "toolCallId": TOLD,
        "toolArgs": {"command": COMMAND}, "toolResult": {"resultType": kind, "textResultForLlm": f"{TEXT}{end}"},
    }  # fmt: skip


def opencode(world: World, code: Any = 0) -> dict[str, Any]:
    return {
        "hook_event_name": "tool.execute.after", "cwd": str(world.project),
        "input": {"tool": "bash", "sessionID": "5f0c", "callID": TOLD, "args": {"command": COMMAND}},
        "output": {"title": COMMAND, "output": TEXT, "metadata": {"exit": code, "output": TEXT}},
    }  # fmt: skip


def body(text: str) -> str:
    return text.rstrip("\n").rsplit("\n", 1)[0]


def expected() -> str:
    return body(squeeze(COMMAND, TEXT).text)


def test_gemini_takes_it_as_the_reason_of_a_denial(world: World) -> None:
    answer = world.with_switch("on").hook(gemini(world), host="gemini-cli")
    assert answer["decision"] == "deny" and set(answer) == {"decision", "reason"}
    head, text = answer["reason"].split("\nOutput: ")
    shown, *end = text.rsplit("\n", 3)
    assert head == "the call ended well, this is its output shortened:\n<untrusted_context>"
    assert shown == body(squeeze(COMMAND, TEXT.rstrip()).text)
    assert end[1:] == ["Process Group PGID: 7", "</untrusted_context>"]


def test_copilot_takes_a_modified_result_that_still_says_how_the_command_ended(world: World) -> None:
    answer = world.with_switch("on").hook(copilot(world), host="copilot-cli")
    result = answer["modifiedResult"]
    assert set(answer) == {"modifiedResult"} and result["resultType"] == "success"
    shown, _, end = result["textResultForLlm"].rpartition("\n")
    assert (body(shown), end) == (expected(), "<shellId: 0 completed with exit code 0>")


def test_opencode_takes_a_text_for_its_plugin_to_put_in(world: World) -> None:
    answer = world.with_switch("on").hook(opencode(world), host="opencode")
    assert set(answer) == {"output"} and body(answer["output"]) == expected()


def test_codex_does_not_say_how_a_command_ended_and_is_shortened_only_when_that_is_asked(world: World) -> None:
    assert world.with_switch("on").hook(codex(world), host="codex") is None
    answer = world.with_switch("failing").hook(codex(world), host="codex")
    assert answer["decision"] == "block" and set(answer) == {"decision", "reason"}
    assert body(answer["reason"]) == expected()


@pytest.mark.parametrize(
    ("host", "payload"),
    [
        ("gemini-cli", lambda world: gemini(world, "\nExit Code: 1\nProcess Group PGID: 7")),
        ("gemini-cli", lambda world: gemini(world, "\nExit Code: (none)")),
        ("gemini-cli", lambda world: gemini(world, "\nSignal: 9\nProcess Group PGID: 7")),
        ("gemini-cli", lambda world: gemini(world, begun="Command was cancelled by user before it could complete.")),
        ("gemini-cli", lambda world: gemini(world, error={"message": "no"})),
        ("copilot-cli", lambda world: copilot(world, "1")),
        ("copilot-cli", lambda world: copilot(world, "01")),
        ("copilot-cli", lambda world: copilot(world, None)),
        ("copilot-cli", lambda world: copilot(world, kind="failure")),
        ("opencode", lambda world: opencode(world, 1)),
        ("opencode", lambda world: opencode(world, None)),
        ("opencode", lambda world: opencode(world, False)),
    ],
)
def test_a_command_that_failed_or_may_have_stays_whole(world: World, host: str, payload: Any) -> None:
    event: Mapping[str, Any] = payload(world)
    assert world.with_switch("on").hook(event, host=host) is None
    assert world.lines("compression") == [] and [hook["ok"] for hook in world.lines("hook")] == [True]


def test_a_host_whose_output_no_hook_replaces_is_left_alone(world: World) -> None:
    hosts = [host for name in NAMES if (host := host_named(name)) is not None]
    silent = [host for host in hosts if host.output is None and host.kind_of("PostToolUse") == "after_tool"]
    assert silent
    for host in silent:
        answer = world.with_switch("failing").hook({**codex(world), "conversation_id": "5f0c"}, host=host.name)
        assert answer is None or "reason" not in str(answer)
    assert world.lines("compression") == []


@pytest.mark.parametrize("host", ["claude-code", "codex", "gemini-cli", "copilot-cli", "opencode"])
@pytest.mark.parametrize("payload", [{}, {"tool_response": 5}, {"toolResult": []}, {"output": "x", "input": 3}], ids=str)
def test_an_event_of_another_shape_has_no_output(host: str, payload: Mapping[str, Any]) -> None:
    found = host_named(host)
    assert found is not None and found.output is not None
    event: Event = found.read("after_tool", payload)
    assert found.output(event) is None
