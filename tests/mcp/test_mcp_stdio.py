"""A client over pipes: the handshake, the list, routed calls, faults."""

import pytest

from tests.fake_provider import FakeProvider, Step
from tests.mcp.mcp_world import LUNA, PIN, World, run, text_of


@pytest.mark.slow
def test_a_prompt_is_routed_answered_and_paid_for(world: World, provider: FakeProvider) -> None:
    world.repo("payments", PIN)
    provider.script(LUNA, [Step("It joins paths."), Step("Two."), Step("Three.")])

    async def main() -> None:
        async with world.client() as client:
            listed = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert {"llm_query", "llm_route", "llm_auto"} <= set(listed)
            answer = await client.call_tool("llm_query", {"prompt": "what does os.path.join do?"})
            assert not answer.is_error, text_of(answer)
            assert "It joins paths." in text_of(answer) and f"-> {LUNA} · query/" in text_of(answer)
            assert answer.structured_content["model"] == LUNA
            assert answer.structured_content["task"] == "query"
            routed = await client.call_tool("llm_route", {"prompt": "how many?", "task_type": "analyze"})
            assert "task: analyze" in text_of(routed) and "Two." in text_of(routed)
            auto = await client.call_tool("llm_auto", {"prompt": "and then?"})
            plain = auto.structured_content
            assert 0 < plain["saved_usd"] < plain["baseline"]["usd"]

    run(main)
    assert len(provider.requests) == 3


@pytest.mark.slow
def test_what_is_wrong_is_told_and_the_server_lives_on(world: World, provider: FakeProvider) -> None:
    world.repo("payments", PIN)

    async def main() -> None:
        async with world.near() as client:
            for arguments, reason in (
                ({}, "`prompt` is missing"),
                ({"prompt": 7}, "`prompt` is text, found a number"),
                ({"prompt": "  "}, "the prompt is empty"),
                ({"prompt": "x", "temperature": "hot"}, "`temperature` is a number, found text"),
                ({"prompt": "x", "promt": "y"}, "did you mean `prompt`"),
                ({"prompt": "x", "complexity": "hard"}, "`complexity` is one of simple, moderate, complex"),
                ({"prompt": "x", "max_tokens": 0}, "`max_tokens` is at least 1"),
                ({"prompt": "x" * 5_000_000}, "5,000,000 characters"),
            ):
                refused = await client.call_tool("llm_query", arguments)
                assert refused.is_error and reason in text_of(refused), text_of(refused)[:200]
            unknown = await client.call_tool("llm_nothing", {})
            assert unknown.is_error and "no tool `llm_nothing`" in text_of(unknown)
            assert provider.requests == []
            good = await client.call_tool("llm_query", {"prompt": "a\u0007b\u001b[31m"})
            assert not good.is_error, text_of(good)

    run(main)


def test_a_bare_start_on_pipes_is_the_server(world: World) -> None:
    async def main() -> None:
        async with world.client(words=()) as client:
            assert (await client.list_tools()).tools

    run(main)
