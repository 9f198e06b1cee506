"""Whatever is wrong with the world or with what a host sends: exit 0, no verdict, and a line that says so."""

import ctypes
import json
import os
import resource
import signal
import subprocess
from pathlib import Path
from random import Random

import pytest

from router.base.clock import system_clock
from router.engine.hooked import hooked
from router.record.drain import drain
from router.record.spool import Spool
from router.record.store import Store
from tests.hooks.hook_world import World, payloads

PROMPT = next(p.stdin for p in payloads() if (p.host, p.name) == ("claude-code", "UserPromptSubmit"))
NOBODY = 65534


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def without_privileges() -> None:
    """Root, whom no mode stops, becomes as any owner of its files: the bounding set loses CAP_DAC_OVERRIDE and _READ_SEARCH."""
    prctl, drop_from_bounding_set = ctypes.CDLL(None).prctl, 24
    for capability in (1, 2):
        prctl(drop_from_bounding_set, capability, 0, 0, 0)


def silent(done: "subprocess.CompletedProcess[bytes]") -> bool:
    return (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_prompt_is_answered_by_the_process_that_hosts_run(world: World) -> None:
    done = world.run("prompt", world.event(PROMPT))
    assert done.returncode == 0 and b"`mcp__llm-router__llm_code`" in done.stdout and done.stderr == b""
    assert [hook["ok"] for hook in world.spooled("hook")] == [True]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"\xff\xfe\x00", "malformed"),
        (b"[]", "malformed"),
        (b"[" * 100_000, "malformed"),
        (b'{"prompt": "' + b"x" * (5 << 20) + b'"}', "too large"),
        (b'{"prompt_id": "1", "hook_event_name": "MoonRise", "prompt": "x"}', "unknown event"),
        (b'{"prompt": "x"}', "unknown host"),
    ],
    ids=["empty", "cut off", "no text", "a list", "deep", "5 MB", "unknown event", "unknown host"],
)
def test_input_that_is_no_event_gives_no_verdict_and_one_line(world: World, data: bytes, error: str) -> None:
    assert hooked("prompt", data, None, world.environ, system_clock) == ""
    (hook,) = world.spooled("hook")
    assert (hook["ok"], hook["error"]) == (False, error)


def test_input_that_is_no_event_leaves_the_process_silent(world: World) -> None:
    assert silent(world.run("prompt", b"{"))
    assert silent(world.run("before_tool", b'{"prompt": "' + b"x" * (5 << 20) + b'"}', "claude-code"))
    assert [hook["error"] for hook in world.spooled("hook")] == ["malformed", "too large"]


@pytest.mark.parametrize("field", ["prompt", "session_id", "cwd", "hook_event_name", "transcript_path"])
@pytest.mark.parametrize("value", [None, 7, [], {}, "\ud800", "\x00"])
def test_a_field_of_a_wrong_kind_stops_nobody(world: World, field: str, value: object) -> None:
    text = world.here("prompt", {**PROMPT, field: value}, "claude-code")
    assert "block" not in text
    assert len(world.spooled("hook")) == 1


def test_a_missing_home_stays_missing(world: World, tmp_path: Path) -> None:
    environ = {**world.environ, "HOME": str(tmp_path / "nobody" / "home")}
    assert silent(world.run("prompt", world.event(PROMPT), env=environ))
    assert silent(world.run("prompt", world.event(PROMPT), env={"PATH": "", "HOME": ""}))
    assert not (tmp_path / "nobody").exists()


def test_a_home_that_cannot_be_written_gives_no_verdict(world: World) -> None:
    paths = [world.home, *world.home.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = world.run("prompt", world.event(PROMPT), preexec_fn=without_privileges)
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert silent(done)
    assert not (world.user / "spool").exists() and not (world.user / "hooks").exists()


def test_a_full_disk_gives_no_verdict(world: World) -> None:
    """The limit on a file's size stands for the disk: every write beyond it fails."""

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(
        ["sh", "-c", 'exec "$@" | cat', "sh", *world.command("prompt")], input=world.event(PROMPT),
        capture_output=True, env=world.environ, preexec_fn=full, timeout=60, check=False,
    )  # fmt: skip
    assert silent(done)
    assert world.spooled() == []


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty"])
def test_a_damaged_table_gives_no_verdict_and_is_told(world: World, damage: str) -> None:
    (table,) = (world.user / "cache" / "tables").glob("*.table")
    data = table.read_bytes()
    flipped = data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]
    table.write_bytes({"cut": data[:2000], "flipped": flipped, "empty": b""}[damage])
    assert silent(world.run("prompt", world.event(PROMPT)))
    (hook,) = world.spooled("hook")
    assert (hook["ok"], hook["error"]) == (False, "no table")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_home_of_another_owner_gives_no_verdict(world: World) -> None:
    os.chown(world.user, NOBODY, NOBODY)
    assert silent(world.run("prompt", world.event(PROMPT)))
    (hook,) = world.spooled("hook")
    assert (hook["ok"], hook["error"]) == (False, "owner")


def test_a_policy_that_changed_is_decided_by_the_last_table_and_told(world: World) -> None:
    rules = world.project / ".llm-router" / "policy.rules"
    rules.write_text("rule other\n  route to gemini/gemini-3.8-flash\n", encoding="utf-8")
    assert "llm_code" in world.here("prompt", PROMPT)
    assert [(hook["ok"], hook["error"]) for hook in world.spooled("hook")] == [(True, "stale")]
    world.compile()
    world.here("prompt", PROMPT)
    assert [hook["error"] for hook in world.spooled("hook")] == ["stale", None]


def test_a_host_that_never_ends_its_input_is_not_waited_for(world: World) -> None:
    process = subprocess.Popen(
        world.command("prompt"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=world.environ,
    )  # fmt: skip
    assert process.stdin and process.stdout and process.stderr
    process.stdin.write(b"{")
    process.stdin.flush()
    assert process.wait(timeout=60) == 0
    assert process.stdout.read() + process.stderr.read() == b""
    assert [hook["error"] for hook in world.spooled("hook")] == ["late"]
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


@pytest.mark.slow
def test_fifty_at_once_with_some_killed_lose_and_double_nothing(world: World, tmp_path: Path) -> None:
    """Each that was answered is in the store once, the others at most once, and the next one is answered as ever."""
    running, chance = [], Random(7)
    for at in range(50):
        sent = tmp_path / f"sent-{at}"
        sent.write_bytes(world.event({**PROMPT, "session_id": f"session-{at}"}))
        with sent.open("rb") as handle:
            running.append(
                subprocess.Popen(world.command("prompt"), stdin=handle, stdout=subprocess.PIPE, env=world.environ)
            )
        if at % 3 == 2:
            chance.choice(running).kill()
    answered = set()
    for at, process in enumerate(running):
        assert process.stdout
        if process.stdout.read():
            answered.add(f"session-{at}")
        assert process.wait(timeout=60) in (0, -signal.SIGKILL)
        process.stdout.close()
    store, spool = Store(world.user / "usage.db"), Spool(world.user / "spool")
    assert drain(store, spool, system_clock).rejected == 0
    with store.read() as connection:
        kept = [row[0] for row in connection.exec_driver_sql("select session from decisions")]
    assert len(kept) == len(set(kept)) and answered <= set(kept)
    states = list((world.user / "hooks" / "sessions").glob("*.json"))
    assert all(json.loads(path.read_bytes())["turn"] == 1 for path in states)
    assert world.here("prompt", {**PROMPT, "session_id": "after"}) != ""
