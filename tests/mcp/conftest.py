"""A world with a fake provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_provider import FakeProvider
from tests.mcp.mcp_world import World


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as fake:
        yield fake


@pytest.fixture
def world(tmp_path: Path, provider: FakeProvider) -> World:
    return World(tmp_path, provider)
