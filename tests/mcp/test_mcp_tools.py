"""Every tool, called by a real client over both transports: with good, missing, wrong and hostile arguments."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mcp import Client

from router.ops.tools import TOOLS, tool
from tests.fake_provider import FakeProvider, Step
from tests.mcp.mcp_world import ANSWERS, LUNA, NEEDS_MORE, PIN, World, good_arguments, run, text_of

HOSTILE = ("../../../etc/passwd", "/etc/shadow", "x" * 5_000_000, "a\u0000b\u001b[2J\u202e", "{task}{0}%s$(id)`id`")


async def every_tool_with_good_arguments(client: Client, repo: Path, provider: FakeProvider) -> None:
    listed = {each.name: each for each in (await client.list_tools()).tools}
    assert set(listed) == set(TOOLS)
    asked = good_arguments(repo)
    assert set(asked) == set(TOOLS)
    before = tree(repo)
    for name, arguments in asked.items():
        jsonschema.validate(arguments, listed[name].input_schema)
        if name in ANSWERS:
            provider.script(LUNA, [Step(json.dumps(ANSWERS[name]))])
        result = await client.call_tool(name, arguments)
        said = text_of(result)
        if name in NEEDS_MORE:
            assert result.is_error and NEEDS_MORE[name] in said, (name, said)
            continue
        assert not result.is_error and said, (name, said)
        schema = listed[name].output_schema
        assert schema and schema["required"]
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(result.structured_content, schema)
    # Not even the renames: without `apply` they are a plan.
    assert tree(repo) == before


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with what it holds."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


async def every_tool_with_bad_arguments(client: Client) -> None:
    for name in TOOLS:
        operation = tool(name)
        for parameter in operation.parameters:
            wrong = await client.call_tool(name, {parameter.name: {"a": 1}})
            assert wrong.is_error and f"`{parameter.name}`" in text_of(wrong), name
        required = [each.name for each in operation.parameters if each.required]
        if required:
            missing = await client.call_tool(name, {})
            assert missing.is_error and f"`{required[0]}` is missing" in text_of(missing), name
        unknown = await client.call_tool(name, {"nonsense\u0007": 1})
        assert unknown.is_error and "has no argument" in text_of(unknown), name
        for hostile in HOSTILE:
            await client.call_tool(name, hostile_arguments(name, hostile))
    alive = await client.call_tool("llm_pipeline_templates", {})
    assert not alive.is_error


def hostile_arguments(name: str, text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for parameter in tool(name).parameters:
        if parameter.kind in ("text", "path") and not parameter.choices:
            found[parameter.name] = [text] if parameter.many else text
        elif parameter.required:
            found[parameter.name] = parameter.choices[0] if parameter.choices else 1
    return found


@pytest.mark.slow
def test_every_tool_over_pipes(world: World, provider: FakeProvider) -> None:
    repo = world.repo("payments", PIN)

    async def main() -> None:
        async with world.client() as client:
            await every_tool_with_good_arguments(client, repo, provider)
            await every_tool_with_bad_arguments(client)

    run(main, 600)
    assert (repo / "src" / "ledger.py").read_text("utf-8") == "def total():\n    return 1\n"


@pytest.mark.slow
def test_every_tool_over_http(world: World, provider: FakeProvider) -> None:
    repo = world.repo("payments", PIN)

    async def main() -> None:
        async with world.served() as served:
            for mode in ("legacy", "auto"):
                async with world.client_of(served, mode=mode) as client:
                    await every_tool_with_good_arguments(client, repo, provider)
                    # What one client made the caches know must not answer the next.
                    await client.call_tool("llm_cache_clear", {})
            async with world.client_of(served, mode="auto") as client:
                await every_tool_with_bad_arguments(client)

    run(main, 600)
