"""What Claude Code is answered after a tool: its own shape around fewer words, or nothing."""

import json
import stat
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from router.compress.raw_store import RawStore
from router.compress.text.page import compress_page
from router.engine.hook_compress import HOLDOUT, is_held_out
from router.record.session_state import session_key
from tests.compress.world import squeeze
from tests.compress_text.test_compress_page import SHOP
from tests.hook_compress.world import LOG, ROOT, World, bash, make_world

TOLD = next(f"toolu_{n}" for n in range(100) if not is_held_out("5f0c", f"toolu_{n}"))
HELD = next(f"toolu_{n}" for n in range(1000) if is_held_out("5f0c", f"toolu_{n}"))


def replaced(answer: Any) -> Any:
    assert list(answer) == ["hookSpecificOutput"]
    assert answer["hookSpecificOutput"]["hookEventName"] == "PostToolUse"
    return answer["hookSpecificOutput"]["updatedToolOutput"]


def test_the_hooks_process_answers_the_tools_own_shape_around_fewer_words(world: World) -> None:
    response = bash(LOG["output"], stderr="warning: old client", sandboxed=True)
    shown = replaced(world.with_switch("on").process(world.event(TOLD, response)))
    assert {**shown, "stdout": ""} == {**response, "stdout": ""}
    body, last = shown["stdout"].rstrip("\n").rsplit("\n", 1)
    assert body == squeeze(LOG["command"], LOG["output"]).text.rstrip("\n").rsplit("\n", 1)[0]
    handle = last.rpartition(" ")[2].rstrip("]")
    assert RawStore(world.user / "raw").get(handle) == LOG["output"].encode()


def test_the_hooks_process_also_answers_when_it_is_its_turn_to_remove_old_outputs(world: World) -> None:
    # One output in sixteen, chosen by its checksum.
    texts = (LOG["output"].replace("\n", f" {number}\n", 1) for number in range(1000))
    text = next(text for text in texts if zlib.crc32(text.encode(), zlib.crc32(LOG["command"].encode())) % 16 == 0)
    assert "llm-router raw" in replaced(world.with_switch("on").process(world.event(TOLD, bash(text))))["stdout"]
    assert [hook["ok"] for hook in world.lines("hook")] == [True]


def test_without_a_rule_or_the_switch_nothing_is_shortened_or_kept(world: World) -> None:
    assert world.hook(world.event(TOLD, bash(LOG["output"]))) is None
    assert world.lines("compression") == [] and not (world.user / "raw").exists()
    assert [hook["ok"] for hook in world.lines("hook")] == [True]


@pytest.mark.parametrize(("mode", "shortens"), [("suggest", True), ("enforce", True), ("shadow", False), ("off", False)])
def test_a_rule_shortens_what_follows_its_prompt_in_modes_that_act(tmp_path: Path, mode: str, shortens: bool) -> None:
    world = make_world(tmp_path, f'rule few-words\n  compress output\n  when prompt contains "logs"\nrule how-far\n  mode {mode}\n')
    for prompt, wanted in (("Read the logs of the web service", shortens), ("Now write a poem about rivers", False)):
        world.hook({**world.event("", None, name="UserPromptSubmit"), "prompt": prompt}, kind="prompt")
        assert (world.hook(world.event(TOLD, bash(LOG["output"]))) is not None) == wanted


def test_the_switch_turns_a_rule_off(tmp_path: Path) -> None:
    world = make_world(tmp_path, "rule few-words\n  compress output\nrule how-far\n  mode suggest\n")
    world.hook({**world.event("", None, name="UserPromptSubmit"), "prompt": "Read the logs"}, kind="prompt")
    assert world.with_switch("off").hook(world.event(TOLD, bash(LOG["output"]))) is None
    assert world.hook(world.event(TOLD, bash(LOG["output"]))) is not None


@pytest.mark.parametrize(
    "response",
    [
        bash(LOG["output"], interrupted=True),
        bash(LOG["output"], is_error=True),
        bash(LOG["output"], isImage=True),
        bash(LOG["output"], backgroundTaskId="b1"),
        bash(LOG["output"], persistedOutputPath="/home/you/output.txt"),
        bash("short\n"),
        bash(""),
        {"stdout": None, "stderr": ""},
        LOG["output"],
        [],
        None,
    ],
    ids=("interrupted", "failed", "image", "background", "in a file", "short", "empty", "no text", "text", "list", "nothing"),
)
def test_what_failed_or_is_not_one_whole_output_stays_as_it_is(world: World, response: Any) -> None:
    assert world.with_switch("on").hook(world.event(TOLD, response)) is None
    assert world.lines("compression") == [] and not (world.user / "raw").exists()


def test_a_command_that_failed_has_its_own_event_and_stays_whole(world: World) -> None:
    event = world.event(TOLD, None, name="PostToolUseFailure", error=LOG["output"])
    assert world.with_switch("on").hook(event) is None
    assert world.lines("compression") == []


def test_reading_a_whole_output_again_is_not_shortened(world: World) -> None:
    event = world.event(TOLD, bash(LOG["output"]), tool_input={"command": "llm-router raw c0a0329b"})
    assert world.with_switch("on").hook(event) is None
    twice = bash(squeeze(LOG["command"], LOG["output"]).text + "[9 lines cut; llm-router raw c0a0329b]\n" + LOG["output"])
    assert world.with_switch("on").hook(world.event(TOLD, twice)) is None


@pytest.mark.parametrize("wrapped", [False, True], ids=("blocks", "content"))
def test_a_page_of_a_browser_becomes_an_outline_in_its_block(world: World, wrapped: bool) -> None:
    blocks = [{"type": "text", "text": SHOP}, {"type": "image", "data": "aGk="}]
    event = world.event(
        TOLD, {"content": blocks, "isError": False} if wrapped else blocks,
        tool_name="mcp__playwright__browser_snapshot", tool_input={},
    )  # fmt: skip
    shown = replaced(world.with_switch("on").hook(event))
    shown = shown["content"] if wrapped else shown
    made = compress_page(SHOP, keep=lambda text: RawStore(world.user / "raw").put("mcp__playwright__browser_snapshot", text, None))
    assert shown == [{"type": "text", "text": made.text}, blocks[1]]
    assert [row["layer"] for row in world.lines("compression")] == ["pages"]


def test_a_tool_of_another_server_without_a_page_stays_whole(world: World) -> None:
    event = world.event(TOLD, [{"type": "text", "text": LOG["output"]}], tool_name="mcp__files__read", tool_input={})
    assert world.with_switch("on").hook(event) is None


def test_one_call_in_twenty_stays_whole_and_is_recorded_as_such(world: World) -> None:
    calls = [f"toolu_{n}" for n in range(20_000)]
    share = sum(is_held_out("a session", call) for call in calls) / len(calls)
    assert abs(share - HOLDOUT) < 5 * (HOLDOUT * (1 - HOLDOUT) / len(calls)) ** 0.5
    assert world.with_switch("on").hook(world.event(HELD, bash(LOG["output"]))) is None
    (row,) = world.lines("compression")
    assert row["holdout"] is True and row["raw_tokens"] > row["kept_tokens"] > 0


def test_what_is_kept_of_an_output_only_its_owner_can_read(world: World) -> None:
    secret = LOG["output"] + "2026-11-17 09:01:00,000 INFO auth: token sk-secret-0123456789abcdef\n"
    world.with_switch("on").hook(world.event(TOLD, bash(secret)))
    holding = [path for path in world.user.rglob("*") if path.is_file() and b"sk-secret" in path.read_bytes()]
    assert {path.parent.name for path in holding} == {"raw", "outputs"}
    kept = [path for path in world.user.rglob("*") if path.parent.name in ("raw", "outputs")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert {stat.S_IMODE(path.parent.stat().st_mode) for path in kept} == {0o700}


@pytest.mark.parametrize("data", [None, b"", b"{", b"[]", b'{"format": 5}'], ids=("missing", "empty", "torn", "list", "part"))
def test_damaged_compiled_filters_leave_the_output_whole_and_are_seen(world: World, data: bytes | None) -> None:
    (path,) = (world.user / "cache" / "filters").iterdir()
    path.unlink() if data is None else path.write_bytes(data)
    assert world.with_switch("on").hook(world.event(TOLD, bash(LOG["output"]))) is None
    assert [(hook["ok"], hook["error"]) for hook in world.lines("hook")] == [(True, "filters")]


def test_an_output_that_cannot_be_kept_stays_whole(world: World) -> None:
    (world.user / "raw").write_text("in the way", encoding="utf-8")
    assert world.with_switch("on").hook(world.event(TOLD, bash(LOG["output"]))) is None
    assert world.lines("compression") == []


def test_a_switch_that_cannot_be_meant_shortens_nothing_and_is_seen(world: World) -> None:
    assert world.with_switch("perhaps").hook(world.event(TOLD, bash(LOG["output"]))) is None
    assert [(hook["ok"], hook["error"]) for hook in world.lines("hook")] == [(False, "UsageError")]


def test_a_session_that_was_told_nothing_yet_is_none_of_another_session(world: World) -> None:
    path = world.user / "hooks" / "sessions" / f"{session_key('claude-code', '5f0c')}.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"mode": "suggest", "compress": "output"}), encoding="ascii")
    assert world.hook(world.event(TOLD, bash(LOG["output"]))) is None


def test_shortening_imports_no_pattern_compiler_once_its_patterns_are_kept(world: World) -> None:
    """`re`, and the wrapper around RE2, cost more than the rest of the hook together."""
    command = [sys.executable, "-X", "importtime", "-I", "-S", str(ROOT / "hooks" / "after_tool.py"), "--host", "claude-code"]
    event = json.dumps(world.event(TOLD, bash(LOG["output"]))).encode()
    environ = dict(world.with_switch("on").environ)
    runs = [subprocess.run(command, input=event, env=environ, capture_output=True, check=True) for _ in range(2)]
    assert b"llm-router raw" in runs[1].stdout
    imported = {line.rpartition(b"|")[2].strip() for line in runs[1].stderr.splitlines()}
    assert b"router.compress.command" in imported or b"zlib" in imported
    assert imported & {b"re", b"enum", b"re2", b"re._compiler", b"importlib"} == set()
