"""Who may speak to the server over HTTP, and what it offers besides tools."""

import json
import stat

import httpx
import pytest

from tests.fake_provider import FakeProvider
from tests.mcp.mcp_world import PIN, World, roots_at, run

HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
}  # fmt: skip
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.mark.slow
def test_only_who_holds_the_token_from_this_machine_is_heard(world: World) -> None:
    async def main() -> None:
        async with world.served() as served:
            token = {"Authorization": f"Bearer {served.token}"}
            cases: tuple[tuple[dict[str, str], int], ...] = (
                ({}, 401),
                ({"Authorization": "Bearer wrong"}, 401),
                ({"Authorization": served.token}, 401),
                ({**token, "Origin": "https://evil.example"}, 403),
                ({**token, "Host": "evil.example"}, 421),
                (token, 200),
            )
            async with httpx.AsyncClient(timeout=60) as http:
                for headers, status in cases:
                    answer = await http.post(served.url, json=HELLO, headers={**ACCEPT, **headers})
                    assert answer.status_code == status, (headers, answer.text)
            path = world.home / ".llm-router" / "mcp-token"
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    run(main)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_resources_and_prompts_of_the_client_s_own_folder(world: World, provider: FakeProvider, mode: str) -> None:
    there = world.repo("there", PIN)

    async def main() -> None:
        async with world.near(mode=mode, list_roots_callback=roots_at(there)) as client:
            listed = [str(each.uri) for each in (await client.list_resources()).resources]
            assert listed == ["llm-router://status", "llm-router://policy", "llm-router://catalogue"]
            for uri in listed:
                (found,) = (await client.read_resource(uri)).contents
                plain = json.loads(found.text)  # type: ignore[union-attr]
                assert plain
                if uri.endswith("policy"):
                    assert "pin" in [rule["rule"] for rule in plain["rules"]]
            for prompt in (await client.list_prompts()).prompts:
                assert prompt.arguments
                got = await client.get_prompt(prompt.name, {prompt.arguments[0].name: "fix the build"})
                assert "fix the build" in got.messages[0].content.text  # type: ignore[union-attr]

    run(main)
    assert [request for request in provider.requests if request.model] == []


def test_warnings_reach_the_client_as_log_lines(world: World) -> None:
    folder = world.home / ".llm-router"
    folder.mkdir()
    (folder / ".env").write_text("OPENAI_API_KEY\n", "utf-8")
    heard: list[str] = []

    async def logged(params: object) -> None:
        heard.append(str(params.data))  # type: ignore[attr-defined]

    async def main() -> None:
        async with world.near(logging_callback=logged) as client:
            await client.call_tool("llm_classify", {"prompt": "hello"})

    run(main)
    assert any(".env" in line for line in heard), heard
