"""The MCP inspector, as its vendor ships it, lists and calls our tools."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_provider import FakeProvider, Step
from tests.mcp.mcp_world import LUNA, PIN, PROGRAM, World

pytestmark = pytest.mark.slow

PACKAGE = "@modelcontextprotocol/inspector@2.12.0"
LAUNCHER = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"


@pytest.fixture(scope="module")
def inspector() -> Path:
    """The inspector's launcher, installed once into the user's cache without running any of its scripts."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("the inspector needs node and npm")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "agent-clients" / "inspector"
    if not (cache / LAUNCHER).exists():
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "package.json").write_text('{"private": true}', "utf-8")
        words = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", PACKAGE]
        if subprocess.run(words, cwd=cache, timeout=300, check=False).returncode:
            pytest.skip("the inspector cannot be fetched here")
    return cache / LAUNCHER


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with FakeProvider() as provider:
        yield World(tmp_path, provider)


def inspect(inspector: Path, world: World, *words: str) -> Any:
    node = shutil.which("node")
    assert node
    # Like most hosts it passes little of its own environment on.
    given = [word for name, value in world.environ.items() if value for word in ("-e", f"{name}={value}")]
    command = [node, str(inspector), "--cli", *PROGRAM, *given, *words]
    ran = subprocess.run(
        command, env={**world.environ, "PATH": os.environ["PATH"], "MCP_CATALOG_PATH": str(world.root / "catalogue.json")},
        cwd=world.repo("payments"), capture_output=True, text=True, timeout=170, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-800:]
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    "options", [(), ("--strict",), ("--protocol-era", "auto")], ids=["plain", "strict", "modern"]
)
def test_it_lists_every_tool(inspector: Path, world: World, options: tuple[str, ...]) -> None:
    from router.ops.tools import TOOLS

    listed = inspect(inspector, world, "--method", "tools/list", *options)
    assert [each["name"] for each in listed["tools"]] == list(TOOLS)


def test_it_calls_a_tool_and_gets_a_routed_answer(inspector: Path, world: World) -> None:
    world.repo("payments", PIN)
    world.provider.script(LUNA, [Step("It joins paths.")])
    words = (
        "--method",
        "tools/call",
        "--tool-name",
        "llm_query",
        "--tool-arg",
        "prompt=what does os.path.join do?",
    )
    called = inspect(inspector, world, *words)
    assert called["structuredContent"]["model"] == LUNA and "It joins paths." in called["content"][0]["text"]
