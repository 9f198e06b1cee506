"""The Codex CLI as a model: a real process that speaks as `codex exec --json` does."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from router.base.failures import NoAnswerError
from router.model.call import Ask
from router.model.ledger import Usage
from tests.dispatch.support import KEY, PROMPT, World, ask, plan
from tests.fake_provider import FakeProvider

CODEX = "codex/gpt-6-luna"
SPEAKS = """
import json, os, sys
prompt = sys.stdin.read()
json.dump({"argv": sys.argv[1:], "prompt": prompt, "cwd": os.getcwd(), "environ": dict(os.environ)}, open("seen.json", "w"))
def say(**event): print(json.dumps(event), flush=True)
print("a warning on standard error", file=sys.stderr, flush=True)
say(type="thread.started", thread_id="t")
say(type="item.completed", item={"id": "0", "type": "agent_message", "text": "let me look"})
say(type="item.completed", item={"id": "1", "type": "command_execution", "command": "ls"})
say(type="item.completed", item={"id": "2", "type": "agent_message", "text": "the tide tables are wrong"})
say(type="turn.completed", usage={"input_tokens": 900, "cached_input_tokens": 100, "output_tokens": 30})
"""
FAILS = """
import sys
sys.stdin.read()
print('{"type": "turn.failed", "error": {"message": "usage limit reached for: ' + PROMPT + '"}}')
sys.exit(1)
"""
CRASHES = "import sys; sys.stdin.read(); print('error: not logged in', file=sys.stderr); sys.exit(2)"
HANGS = """
import subprocess, sys
# Whoever reads this pipe gets its end once nobody holds it open: neither this process nor its stubborn child.
STUBBORN = "import signal; signal.signal(15, signal.SIG_IGN); print('both run', flush=True); signal.pause()"
subprocess.run([sys.executable, "-c", STUBBORN], stdout=open("alive", "w"))
"""


def world(fake: FakeProvider, folder: Path, script: str) -> World:
    """A world in which `codex` is a Python program."""
    program = folder / "bin" / "codex"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nPROMPT = {PROMPT!r}\n{script}", encoding="utf-8")
    program.chmod(0o755)
    environ = {"PATH": f"{program.parent}:/usr/bin:/bin", "OPENAI_API_KEY": KEY, "HOME": str(folder)}
    return World(fake, environ=environ, cwd=folder)


def test_its_last_message_is_the_answer_and_costs_nothing(fake: FakeProvider, tmp_path: Path) -> None:
    around = world(fake, tmp_path, SPEAKS)
    answer = around.answer(plan(CODEX), ask())
    assert (answer.text, answer.provider, answer.cost_usd) == ("the tide tables are wrong", "codex", 0.0)
    assert (answer.usage, answer.finish_reason) == (Usage(900, 30, 100), "stop")
    assert around.purse.outcomes == [("answered", None)]


def test_the_prompt_goes_through_standard_input_and_no_key_goes_along(
    fake: FakeProvider, tmp_path: Path
) -> None:
    world(fake, tmp_path, SPEAKS).answer(plan(CODEX), ask())
    seen = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert seen["prompt"] == PROMPT
    assert PROMPT not in str(seen["argv"])
    assert seen["argv"][0] == "exec"
    assert {"--json", "read-only", "gpt-6-luna", "-"} <= set(seen["argv"])
    assert Path(seen["cwd"]) == tmp_path
    assert KEY not in str(seen["environ"])


def test_a_conversation_is_told_with_who_said_what(fake: FakeProvider, tmp_path: Path) -> None:
    messages = (
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": [{"type": "text", "text": "and now?"}]},
    )
    world(fake, tmp_path, SPEAKS).answer(plan(CODEX), Ask(messages))
    seen = json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))
    assert seen["prompt"] == "System: be brief\n\nUser: and now?"


def test_a_prompt_longer_than_a_pipe_arrives_whole(fake: FakeProvider, tmp_path: Path) -> None:
    long = "tide " * 200_000
    world(fake, tmp_path, SPEAKS).answer(plan(CODEX), ask(long))
    assert json.loads((tmp_path / "seen.json").read_text(encoding="utf-8"))["prompt"] == long


@pytest.mark.parametrize(
    ("script", "told"), [(FAILS, "usage limit reached for: …"), (CRASHES, "error: not logged in")]
)
def test_its_failure_is_told_in_its_own_words(
    fake: FakeProvider, tmp_path: Path, script: str, told: str
) -> None:
    with pytest.raises(NoAnswerError) as caught:
        world(fake, tmp_path, script).answer(plan(CODEX, retries=0), ask())
    assert [(tried.failure, tried.error) for tried in caught.value.tried] == [("server", told)]  # type: ignore[attr-defined]


def test_tools_are_not_for_agents(fake: FakeProvider, tmp_path: Path) -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    around = world(fake, tmp_path, SPEAKS)
    assert around.answer(plan(CODEX, "openai/gpt-6-luna"), ask(tools=(tool,))).model == "openai/gpt-6-luna"
    assert not (tmp_path / "seen.json").exists()


@pytest.mark.slow
def test_cancelling_ends_it_with_all_it_started(fake: FakeProvider, tmp_path: Path) -> None:
    around = world(fake, tmp_path, HANGS)
    os.mkfifo(tmp_path / "alive")

    async def scene() -> str:
        call = asyncio.create_task(around.collected(plan(CODEX), ask()))
        with await asyncio.to_thread((tmp_path / "alive").open, encoding="utf-8") as pipe:
            assert await asyncio.to_thread(pipe.readline) == "both run\n"
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            return await asyncio.to_thread(pipe.read)

    assert asyncio.run(scene()) == ""
    assert around.purse.outcomes == [("cancelled", None)]
    assert around.purse.settled[0][1].cost_usd == 0.0
