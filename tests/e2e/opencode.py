"""OpenCode's headless turns and what its model was told in them."""

import json
from pathlib import Path
from typing import Any

from tests.e2e.clients import Place, program
from tests.e2e.mine import WORDS
from tests.fake_provider.server import FakeProvider, Seen
from tests.fake_provider.step import Step

MODEL = "gpt-6.1-terra"
CHEAP = "gpt-6-luna"
OTHER = "mistral/mistral-small-latest"
"""Of a provider that the session does not use, so that a tool has to ask it."""
PROMPT = "What does os.path.join do?"
ROUTED = "it joins paths, says the routed model"
QUIET = {
    "OPENCODE_DISABLE_AUTOUPDATE": "1",
    "OPENCODE_DISABLE_MODELS_FETCH": "1",
    "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
}
PLUGIN = """import { writeFileSync } from "node:fs"
export const Mine = async ({ directory }) => ({
  event: async ({ event }) => { if (event.type === "session.idle") writeFileSync(`${directory}/mine-ran`, "") },
})
"""


def settings(there: Place, fake: FakeProvider) -> Path:
    """The person's settings, with a server and a plugin of their own, written before us."""
    # It wants to fetch its plugins' types when it starts, and does without them at once when told to.
    (there.home / ".npmrc").write_text("fetch-retries=0\noffline=true\n", "utf-8")
    folder = there.home / ".config" / "opencode"
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "mine.js").write_text(PLUGIN, "utf-8")
    given: dict[str, Any] = {
        "$schema": "https://opencode.ai/config.json",
        "autoupdate": False,
        "share": "disabled",
        "model": f"openai/{MODEL}",
        "small_model": "openai/small",
        "enabled_providers": ["openai"],
        "provider": {
            "openai": {
                "npm": "@ai-sdk/openai-compatible",
                "options": {"baseURL": fake.base_url("openai"), "apiKey": "none"},
                "models": {name: {"name": name} for name in (MODEL, CHEAP, "small")},
            }
        },
        "mcp": {"mine": {"type": "local", "command": list(WORDS), "enabled": True}},
        "permission": {"*": "allow"},
    }
    text = json.dumps(given, indent=2).replace("{\n", "{\n  // Mine, and to be kept.\n", 1)
    (folder / "opencode.jsonc").write_text(text, "utf-8")
    return folder


def talk(
    there: Place, fake: FakeProvider, steps: list[Step], *, model: str = MODEL, fails: bool = False
) -> str:
    """One headless turn in which the model answers with these steps; what the client printed, and said of faults."""
    fake.script(f"openai/{model}", steps)
    fake.always("mistral", Step(text=ROUTED))
    more = {**QUIET, "MISTRAL_API_BASE": fake.base_url("mistral")}
    return there.run(
        [*program("opencode"), "run", "--format", "json", PROMPT], more, errors=True, fails=fails
    )


def turns(fake: FakeProvider) -> list[Seen]:
    """The requests of the conversation, without those the client makes beside it."""
    return [seen for seen in fake.seen("openai") if seen.body.get("tools")]


def told(seen: Seen) -> str:
    """All messages of a request."""
    return json.dumps(seen.body["messages"], ensure_ascii=False)


def results(seen: Seen) -> dict[str, str]:
    """What tools answered, as the model is told it, by the call's id."""
    return {
        message["tool_call_id"]: str(message["content"])
        for message in seen.body["messages"]
        if message["role"] == "tool"
    }
