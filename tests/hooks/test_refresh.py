"""A hook compiles nothing: a process that nobody waits for does, within bounds, and the next hook has its table."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from router.base.places import find_places
from router.engine.hook_refresh import AGAIN_S, SWITCH, refresh_soon
from router.record.provider_list import read_providers
from tests.hooks.hook_world import FLAGS, ROOT, World, payloads

CLAUDE = {p.name: p.stdin for p in payloads() if p.host == "claude-code"}
PROMPT, START = CLAUDE["UserPromptSubmit"], CLAUDE["SessionStart"]
RULES = "rule to-local\n  route to ollama/qwen3.5:latest then openai/gpt-5.6\n"


class Fresh(World):
    """A home and a project whose policy was never compiled."""

    def __init__(self, folder: Path, rules: str = RULES) -> None:
        super().__init__(folder, rules)
        del self.environ[SWITCH]
        self.environ["OPENAI_API_KEY"] = "sk-" + "x" * 40

    def compile(self) -> None:
        """Nobody did."""

    def hook(self, kind: str, plain: dict[str, Any]) -> str:
        """The hook's answer, once it and whatever it started have ended: both hold the end of a pipe that we do not."""
        reading, writing = os.pipe()
        os.set_inheritable(writing, True)
        done = subprocess.run(
            self.command(kind), input=self.event(plain), capture_output=True, env=self.environ, check=True,
            pass_fds=(writing,), timeout=60,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            assert pipe.read() == b""
        assert done.stderr == b""
        return done.stdout.decode()

    def hooks(self) -> list[tuple[str, bool, str | None]]:
        return [(hook["event"], hook["ok"], hook["error"]) for hook in self.spooled("hook")]

    def later(self) -> None:
        """As if the last such process had been started long ago."""
        for claim in (self.user / "cache" / "refresh").glob("*.claim"):
            os.utime(claim, (0, 0))


def test_the_first_prompt_says_nothing_and_the_next_one_is_decided(tmp_path: Path) -> None:
    world = Fresh(tmp_path)
    assert world.hook("prompt", PROMPT) == ""
    assert "→ gpt-5.6 (openai)" in json.loads(world.hook("prompt", PROMPT))["systemMessage"]
    assert "llm_code" in world.hook("prompt", PROMPT)
    assert world.hooks() == [("refresh", True, None), *[("prompt", True, None)] * 2]
    assert stat.S_IMODE(next((world.user / "cache" / "refresh").glob("*.claim")).stat().st_mode) == 0o600


@pytest.mark.slow
def test_a_session_that_starts_has_the_table_made_before_the_first_prompt(tmp_path: Path) -> None:
    world = Fresh(tmp_path)
    said = json.loads(world.hook("session_start", START))
    assert said == {"systemMessage": "llm-router: the policy of this folder is not compiled yet; that is being done"}
    assert "llm_code" in world.hook("prompt", PROMPT)


@pytest.mark.slow
def test_a_policy_that_changed_is_decided_by_the_old_table_once_more(tmp_path: Path) -> None:
    world = Fresh(tmp_path)
    world.hook("session_start", START)
    (world.project / ".llm-router" / "policy.rules").write_text("rule r\n  refuse\n", encoding="utf-8")
    world.later()
    assert "llm_code" in world.hook("prompt", PROMPT)
    assert "refuses" in world.hook("prompt", PROMPT)


def test_a_policy_with_errors_is_told_at_the_next_start_and_tried_seldom(tmp_path: Path) -> None:
    world = Fresh(tmp_path, "rule r\n  route to ollama/qwen3.5:latest\n  when tokns > 3\n")
    assert world.hook("session_start", START) != ""
    refreshed = [event for event, _, _ in world.hooks()].count("refresh")
    said = json.loads(world.hook("session_start", START))["systemMessage"]
    assert said == (
        "llm-router: the policy has 1 error, the first at `.llm-router/policy.rules:3`: `llm-router check` shows all"
    )
    assert [event for event, _, _ in world.hooks()].count("refresh") == refreshed == 1


@pytest.mark.slow
def test_what_waits_enters_the_store_and_providers_are_listed(tmp_path: Path) -> None:
    world = Fresh(tmp_path)
    world.hook("prompt", PROMPT)
    world.later()
    (world.user / "providers.json").unlink()
    assert world.hook("session_start", START) == ""
    assert [event for event, _, _ in world.hooks()] == ["refresh"]
    listed = read_providers(world.user, (world.user / "providers.json").stat().st_mtime)
    assert listed is not None and "openai" in listed and "deepseek" not in listed
    assert b"xxxx" not in (world.user / "providers.json").read_bytes()
    assert (world.user / "audit" / "keys.json").exists()


def test_it_can_be_turned_off(tmp_path: Path) -> None:
    world = Fresh(tmp_path)
    world.environ[SWITCH] = "off"
    assert world.hook("prompt", PROMPT) == "" == world.hook("prompt", PROMPT)
    assert world.hook("session_start", START).endswith("not compiled yet; `llm-router check` compiles it\"}\n")
    assert not (world.user / "cache").exists()


def test_one_process_at_a_time_is_started_for_a_folder(tmp_path: Path) -> None:
    world = Fresh(tmp_path)
    places = find_places(world.environ, world.project)
    claim_at = 1_000.0
    nothing = {"PATH": "", "HOME": str(tmp_path / "nobody")}
    assert refresh_soon(places, nothing, claim_at)
    assert not refresh_soon(places, nothing, claim_at + AGAIN_S - 1)
    assert refresh_soon(places, nothing, claim_at + AGAIN_S)
    assert refresh_soon(find_places(world.environ, tmp_path), nothing, claim_at)


def test_a_home_that_cannot_be_written_starts_nothing(tmp_path: Path) -> None:
    world = Fresh(tmp_path)
    (world.home / ".llm-router").write_text("a file\n", encoding="utf-8")
    assert world.hook("prompt", PROMPT) == ""
    assert (world.home / ".llm-router").read_text("utf-8") == "a file\n"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pipe", "deep", "large"])
def test_a_hostile_repository_costs_little_and_stops_nobody(tmp_path: Path, kind: str) -> None:
    world = Fresh(tmp_path)
    rules = world.project / ".llm-router" / "policy.rules"
    rules.unlink()
    if kind == "pipe":
        os.mkfifo(rules)
    elif kind == "deep":
        rules.write_text(f"rule r\n  refuse\n  when {'not (' * 90_000}hour > 3{')' * 90_000}\n", encoding="utf-8")
    else:
        with rules.open("wb") as handle:
            handle.truncate(1 << 33)
    assert world.hook("prompt", PROMPT) == ""
    assert [(event, ok) for event, ok, _ in world.hooks() if event == "refresh"] == [("refresh", True)]
    assert "error" in world.hook("session_start", START)


def test_its_process_has_an_end_in_time_and_memory(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import resource, signal; from router.engine import refreshed;"
        "refreshed._bounded(); print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0],"
        " signal.alarm(0))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    memory, cpu, alarm = map(int, done.stdout.split())
    assert (memory, cpu) == (2 << 30, 60) and 0 < alarm <= 60


def test_the_host_is_not_kept_waiting_by_what_was_started(tmp_path: Path) -> None:
    """The hook's streams end with it although the process that it started is stopped before it did anything."""
    world = Fresh(tmp_path)
    stopped = tmp_path / "stopped.py"
    stopped.write_text(
        "import os, signal\nopen(os.environ['PID_FILE'], 'w').write(str(os.getpid()))\nos.kill(os.getpid(), signal.SIGSTOP)\n",
        encoding="utf-8",
    )
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from router.engine import hook_refresh;"
        f"hook_refresh._start([sys.executable, '-I', '-S', {str(stopped)!r}], __import__('os').environ)"
    )
    fifo = tmp_path / "pid"
    os.mkfifo(fifo)
    environ = {**world.environ, "PID_FILE": str(fifo)}
    done = subprocess.run([sys.executable, *FLAGS, "-c", code], capture_output=True, env=environ, timeout=60, check=True)
    pid = int(fifo.read_text("ascii"))
    os.kill(pid, signal.SIGKILL)
    assert (done.stdout, done.stderr) == (b"", b"")
