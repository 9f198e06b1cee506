"""A picture asked for by a client, made by a provider on loopback and saved."""

import base64
from pathlib import Path

import pytest

from tests.dispatch_media.loopback import Reply, serving
from tests.dispatch_media.media_world import PNG
from tests.mcp.mcp_world import World, run, text_of

pytestmark = pytest.mark.slow


def test_a_picture_is_made_paid_for_and_saved(world: World) -> None:
    with serving() as server:
        server.on("POST /v1/images/generations", Reply({"created": 1, "data": [{"b64_json": base64.b64encode(PNG).decode()}]}))
        world.extra["OPENAI_BASE_URL"] = f"{server.url}/v1"

        async def main() -> None:
            async with world.near() as client:
                made = await client.call_tool("llm_image", {"prompt": "a heron", "size": "1024x1024"})
                assert not made.is_error, text_of(made)
                (name,) = made.structured_content["files"]
                assert Path(name).read_bytes() == PNG and name in text_of(made)
                assert made.structured_content["cost_usd"] > 0
                assert Path(name).is_relative_to(world.home / ".llm-router")
                odd = await client.call_tool("llm_image", {"prompt": "a heron", "size": "huge"})
                assert odd.is_error and "size" in text_of(odd)

        run(main)
