"""Claude Code itself, offline, with what `install` wrote."""

import json
from pathlib import Path

import pytest

from tests.e2e.clients import Place, place, program
from tests.fake_provider.server import FakeProvider, Seen
from tests.fake_provider.step import Step, tool_call

pytestmark = pytest.mark.e2e

MODEL = "claude-sonnet-e2e"
PROMPT = "What does os.path.join do?"
THEIRS = '{\n  // mine\n  "hooks": {\n    "Stop": [{"hooks": [{"type": "command", "command": "touch mine-ran"}]}]\n  }\n}\n'
QUIET = {
    "ANTHROPIC_API_KEY": "sk-ant-none",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
}


def talk(there: Place, fake: FakeProvider, steps: list[Step]) -> list[Seen]:
    """One headless turn; the requests of the conversation, without those the client makes beside it."""
    fake.script(f"anthropic/{MODEL}", steps)
    fake.always("anthropic", Step(text="it joins paths, says the routed model"))
    more = {**QUIET, "ANTHROPIC_BASE_URL": fake.base_url("anthropic")}
    there.run([*program("claude"), "-p", PROMPT, "--model", MODEL], more)
    return [seen for seen in fake.seen("anthropic") if seen.model == MODEL and seen.body.get("tools")]


def results(seen: Seen) -> list[str]:
    """What tools answered, as the model is told it."""
    blocks = [
        block for message in seen.body["messages"] for block in message["content"] if isinstance(block, dict)
    ]
    return [str(block["content"]) for block in blocks if block.get("type") == "tool_result"]


def settings(there: Place, text: str) -> Path:
    file = there.home / ".claude" / "settings.json"
    file.parent.mkdir()
    file.write_text(text)
    return file


def test_the_directive_is_seen_the_tool_answers_the_session_is_recorded_and_nothing_is_left(
    tmp_path: Path,
) -> None:
    there = place(tmp_path)
    file = settings(there, THEIRS.replace("  // mine\n", ""))
    before = file.read_bytes()
    there.router("install", "--host", "claude-code")
    with FakeProvider() as fake:
        call = tool_call("mcp__llm-router__llm_query", {"prompt": PROMPT})
        seen = talk(there, fake, [Step(text="", tool_calls=(call,)), Step(text="done")])
    assert "llm-router: this prompt is query/simple" in json.dumps(seen[0].body["messages"])
    assert "it joins paths, says the routed model" in results(seen[1])[0]
    assert (there.project / "mine-ran").exists()
    assert '"query"' in there.router("last", "--json")
    assert "claude-code" in there.router("audit", "list", "--json")
    there.router("uninstall")
    assert file.read_bytes() == before
    assert not (there.home / ".claude" / "rules").exists()
    assert "llm-router" not in json.dumps(
        json.loads((there.home / ".claude.json").read_text()).get("mcpServers", {})
    )


def test_in_shadow_the_model_is_told_nothing_and_no_tool_is_held_back(tmp_path: Path) -> None:
    there = place(tmp_path)
    settings(there, '{"permissions": {"allow": ["Bash(echo *)"]}}')
    there.router("onboard", "--mode", "shadow")
    there.router("install", "--host", "claude-code")
    with FakeProvider() as fake:
        call = tool_call("Bash", {"command": "echo from-the-shell", "description": "say it"})
        seen = talk(there, fake, [Step(text="", tool_calls=(call,)), Step(text="done")])
    assert "llm-router: this prompt" not in json.dumps(seen[0].body["messages"])
    assert [text.strip() for text in results(seen[1])] == ["from-the-shell"]
    assert '"query"' in there.router("last", "--json")
