"""The MCP inspector, as its vendor ships it, lists and calls our tools."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.clients import program
from tests.fake_provider import FakeProvider, Step
from tests.mcp.mcp_world import LUNA, PIN, PROGRAM, World

pytestmark = pytest.mark.e2e


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with FakeProvider() as provider:
        yield World(tmp_path, provider)


def inspect(world: World, *words: str) -> Any:
    # Like most hosts it passes little of its own environment on.
    given = [word for name, value in world.environ.items() if value for word in ("-e", f"{name}={value}")]
    command = [*program("inspector"), "--cli", *PROGRAM, *given, *words]
    ran = subprocess.run(
        command, env={**world.environ, "PATH": os.environ["PATH"], "MCP_CATALOG_PATH": str(world.root / "catalogue.json")},
        cwd=world.repo("payments"), capture_output=True, text=True, timeout=170, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-800:]
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    "options", [(), ("--strict",), ("--protocol-era", "auto")], ids=["plain", "strict", "modern"]
)
def test_it_lists_every_tool(world: World, options: tuple[str, ...]) -> None:
    from router.ops.tools import TOOLS

    listed = inspect(world, "--method", "tools/list", *options)
    assert [each["name"] for each in listed["tools"]] == list(TOOLS)


def test_it_calls_a_tool_and_gets_a_routed_answer(world: World) -> None:
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
    called = inspect(world, *words)
    assert called["structuredContent"]["model"] == LUNA and "It joins paths." in called["content"][0]["text"]
