"""Hosts that show their model structured content get answers as text alone; all others get both."""

import pytest
from mcp_types import Implementation

from tests.fake_provider import FakeProvider, Step
from tests.mcp.mcp_world import LUNA, PIN, World, run, text_of

SHOWING = ("claude-code", "codex-mcp-client", "copilot-cli")


@pytest.mark.parametrize("client", [*SHOWING, "factory-cli", "somebody"])
def test_an_answer_comes_as_text_and_as_data_where_no_model_is_given_the_data(
    world: World, provider: FakeProvider, client: str
) -> None:
    provider.script(LUNA, [Step("It joins\npaths.")])
    data = client not in SHOWING

    async def main() -> None:
        given = Implementation(name=client, version="1")
        async with world.near(world.repo("payments", PIN), client_info=given) as near:
            schemas = {tool.name: tool.output_schema for tool in (await near.list_tools()).tools}
            answer = await near.call_tool("llm_query", {"prompt": "what does os.path.join do?"})
            caps = await near.call_tool("llm_budget", {})
        text = text_of(answer)
        assert text.startswith("It joins\npaths.\n") and f"-> {LUNA}" in text
        assert (schemas["llm_query"] is not None, answer.structured_content is not None) == (data, data)
        assert schemas["llm_budget"] is not None and caps.structured_content is not None

    run(main)
