"""Gemini CLI's headless turns and what its model was told in them."""

import json
from pathlib import Path

from tests.e2e.clients import Place, program
from tests.fake_provider.server import FakeProvider, Seen
from tests.fake_provider.step import Step

MODEL = "gemini-3.1-pro-preview"
CHEAP = "gemini-3.8-flash"
PROMPT = "What does os.path.join do?"
ROUTED = "it joins paths, says the routed model"


def talk(there: Place, fake: FakeProvider, steps: list[Step], *, model: str = MODEL) -> str:
    """One headless turn in which the model answers with these steps; what the client printed."""
    fake.script(f"gemini/{model}", steps)
    fake.always("openai", Step(text=ROUTED))
    more = {
        "GEMINI_API_KEY": "none",
        "GOOGLE_GEMINI_BASE_URL": fake.base_url("gemini"),
        "OPENAI_BASE_URL": fake.base_url("openai"),
        "GEMINI_CLI_TRUST_WORKSPACE": "true",
    }
    return there.run([*program("gemini"), "-y", "-m", MODEL, "-p", PROMPT], more, errors=True)


def turns(fake: FakeProvider) -> list[Seen]:
    """The requests of the conversation, without those the client makes beside it."""
    return [seen for seen in fake.seen("gemini") if seen.body.get("tools")]


def told(seen: Seen) -> str:
    """All messages of a request."""
    return json.dumps(seen.body["contents"], ensure_ascii=False)


def results(seen: Seen) -> list[str]:
    """What tools answered, as the model is told it, in order."""
    parts = [part for content in seen.body["contents"] for part in content["parts"]]
    answers = [part["functionResponse"]["response"] for part in parts if "functionResponse" in part]
    return [str(answer.get("output") or answer.get("error") or json.dumps(answer)) for answer in answers]


def settings(there: Place, text: str) -> Path:
    """The person's settings, written before us."""
    file = there.home / ".gemini" / "settings.json"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    return file
