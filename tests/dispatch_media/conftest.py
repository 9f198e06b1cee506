"""A studio for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dispatch_media.loopback import serving
from tests.dispatch_media.media_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serving() as loopback:
        yield World(loopback, tmp_path / "media")
