"""LiteLLM comes in late and stays quiet: proved in processes of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.dispatch.support import KEY, PROMPT
from tests.fake_provider import FakeProvider, Step

ROOT = Path(__file__).resolve().parents[2]

IMPORTS = """
import sys
import router.dispatch.run, router.dispatch.keys, router.dispatch.canned, router.dispatch.switching
heavy = {"litellm", "openai", "httpx", "aiohttp", "pydantic", "yaml", "sqlalchemy"} & set(sys.modules)
print(sorted(heavy))
"""
CALLS = """
import logging, sys
from urllib.parse import urlsplit

def watch(name, values):
    # Before any call is made, nothing may be looked up or connected to.
    if name in ("socket.connect", "socket.getaddrinfo") and not calling:
        print("network:", name, values, file=sys.__stdout__)

class Watch(logging.Handler):
    def emit(self, record):
        if KEY in record.getMessage() or PROMPT in record.getMessage() or record.name.startswith("LiteLLM"):
            print("log:", record.name, record.getMessage(), file=sys.__stdout__)

calling = False
sys.addaudithook(watch)
# A host application that writes down everything.
logging.basicConfig(level=logging.DEBUG, handlers=[Watch()])
from router.dispatch.litellm_calls import load_litellm
load_litellm()
calling = True
import os
from router.base.failures import NoAnswerError
from tests.dispatch.support import World, ask, plan

class Elsewhere:
    def base_url(self, provider): return os.environ["FAKE_ADDRESS"].replace("PROVIDER", provider)

for stream in (False, True):
    for chain in (("openai/gpt-6-luna",), ("gemini/gemini-3.8-flash",), ("ollama/qwen3.5:latest",)):
        try:
            World(Elsewhere()).answer(plan(*chain, retries=0), ask(stream=stream))
        except NoAnswerError as error:
            assert PROMPT not in str(error)
            assert KEY not in str(error)
print("STRANGER", os.environ.get("STRANGERS_KEY"))
"""


def run(code: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """A process of its own with nothing of ours in its environment."""
    return subprocess.run(
        [sys.executable, "-c", f"KEY, PROMPT = {KEY!r}, {PROMPT!r}\n{code}"],
        cwd=cwd, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **environ},
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip


def test_nothing_heavy_is_imported_before_a_call_is_made(tmp_path: Path) -> None:
    assert run(IMPORTS, tmp_path).stdout == "[]\n"


@pytest.mark.slow
def test_calls_print_nothing_look_nothing_up_and_read_no_strangers_file(
    fake: FakeProvider, tmp_path: Path
) -> None:
    fake.script("openai", [Step(), Step(status=500, error=f"{KEY} {PROMPT}")])
    fake.script("gemini", [Step(status=401), Step()])
    (tmp_path / ".env").write_text("STRANGERS_KEY=taken\n", encoding="utf-8")
    address = fake.base_url("PROVIDER")
    done = run(CALLS, tmp_path, FAKE_ADDRESS=address, LITELLM_LOG="DEBUG")
    assert done.stdout == "STRANGER None\n"
    assert done.stderr == ""
    assert len(fake.requests) == 6
