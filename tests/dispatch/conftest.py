"""One fake provider for each test."""

from collections.abc import Iterator

import pytest

from tests.fake_provider import FakeProvider


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server
