"""The command line in a world of its own."""

from pathlib import Path

import pytest

from tests.outcomes.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)
