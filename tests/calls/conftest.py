"""A shell whose providers are the fake one: keys are invented, addresses are on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_provider import FakeProvider
from tests.flow.flow_world import Shell
from tests.record.conftest import postgres, server

__all__ = ["postgres", "server"]

SECRET = "sk-test-0123456789abcdefSECRET"


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as fake:
        yield fake


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], provider: FakeProvider
) -> Shell:
    """A home and a repository; OpenAI and Mistral are configured, and nothing else is."""
    made = Shell(tmp_path, monkeypatch, capsys)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("OLLAMA_BASE_URL", "http://127.0.0.1:9")
    for name in ("OPENAI", "MISTRAL"):
        monkeypatch.setenv(f"{name}_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_BASE_URL", provider.base_url("openai"))
    monkeypatch.setenv("MISTRAL_API_BASE", provider.base_url("mistral"))
    return made
