"""The world of one test."""

from pathlib import Path

import pytest
from layers_world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)
