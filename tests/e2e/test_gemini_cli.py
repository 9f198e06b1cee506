"""Gemini CLI itself, offline, with what `install` wrote."""

import json
from pathlib import Path

import pytest

from tests.e2e.clients import place, program
from tests.fake_provider.server import FakeProvider
from tests.fake_provider.step import Step

pytestmark = pytest.mark.e2e

PROMPT = "What does os.path.join do?"
THEIRS = '{"theme": "mine", "security": {"auth": {"selectedType": "gemini-api-key"}}, "telemetry": {"enabled": false}}'


def test_the_directive_and_our_tools_are_seen_the_turn_is_recorded_and_nothing_is_left(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    file = there.home / ".gemini" / "settings.json"
    file.parent.mkdir()
    file.write_text(THEIRS)
    there.router("install", "--host", "gemini-cli")
    with FakeProvider() as fake:
        fake.always("gemini", Step(text="done"))
        more = {
            "GEMINI_API_KEY": "none",
            "GOOGLE_GEMINI_BASE_URL": fake.base_url("gemini"),
            "GEMINI_CLI_TRUST_WORKSPACE": "true",
        }
        there.run([*program("gemini"), "-y", "-p", PROMPT], more)
        seen = [json.dumps(one.body) for one in fake.seen("gemini")]
    assert any("llm-router: this prompt is query/simple" in text for text in seen)
    assert any("mcp_llm-router_llm_query" in text for text in seen)
    assert '"query"' in there.router("last", "--json")
    there.router("uninstall")
    assert "llm-router" not in file.read_text()
    assert json.loads(file.read_text())["theme"] == "mine"
