"""A home with the built-in policy alone."""

from pathlib import Path

import pytest

from tests.hook_compress.world import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)
