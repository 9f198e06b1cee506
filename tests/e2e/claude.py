"""Claude Code's headless turns and what its model was told in them."""

import json
from pathlib import Path
from typing import Any

from tests.e2e.clients import Place, program
from tests.fake_provider.server import FakeProvider, Seen
from tests.fake_provider.step import Step

MODEL = "claude-sonnet-e2e"
SMALL = "claude-haiku-e2e"
OTHER = "openai/gpt-6-luna"
"""Who answers what is routed."""
PROMPT = "What does os.path.join do?"
ROUTED = "it joins paths, says the routed model"
QUIET = {
    "ANTHROPIC_API_KEY": "sk-ant-none",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL": SMALL,
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
}


def talk(there: Place, fake: FakeProvider, steps: list[Step], *words: str, prompt: str = PROMPT) -> str:
    """One headless turn in which the model answers with these steps; what the client printed."""
    fake.script(f"anthropic/{MODEL}", steps)
    fake.always("openai", Step(text=ROUTED))
    more = {
        **QUIET,
        "ANTHROPIC_BASE_URL": fake.base_url("anthropic"),
        "OPENAI_BASE_URL": fake.base_url("openai"),
    }
    return there.run([*program("claude"), "-p", prompt, "--model", MODEL, *words], more)


def turns(fake: FakeProvider, model: str = MODEL) -> list[Seen]:
    """The requests of the conversation with a model, without those the client makes beside it."""
    return [seen for seen in fake.seen("anthropic") if seen.model == model and seen.body.get("tools")]


def told(seen: Seen) -> str:
    """All messages of a request."""
    return json.dumps(seen.body["messages"], ensure_ascii=False)


def results(seen: Seen) -> dict[str, str]:
    """What tools answered, as the model is told it, by the call's id."""
    blocks: list[Any] = [block for message in seen.body["messages"] for block in message["content"]]
    return {
        block["tool_use_id"]: _text(block["content"])
        for block in blocks
        if isinstance(block, dict) and block.get("type") == "tool_result"
    }


def settings(there: Place, text: str) -> Path:
    """The person's settings, written before us."""
    file = there.home / ".claude" / "settings.json"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    return file


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(str(block.get("text", "")) for block in content)
