"""A home that Copilot is used in: its owner's hooks and servers, and a model that a fake answers for."""

import json
from pathlib import Path

from tests.e2e import mine
from tests.e2e.clients import FOLDER, Place, program
from tests.fake_provider.server import FakeProvider, Seen
from tests.fake_provider.step import Step, tool_call

MODEL = "gpt-e2e"
SERVERS = f"""{{
  "mcpServers": {{
    "mine": {{"type": "local", "command": {json.dumps(mine.WORDS[0])}, "args": {json.dumps(mine.WORDS[1:])}, "tools": ["*"]}}
  }}
}}
"""
OFFLINE = {"COPILOT_OFFLINE": "true", "COPILOT_AUTO_UPDATE": "false"}
HOOKS = '{"version": 1,\n "hooks": {"agentStop": [{"type": "command", "bash": "touch mine-ran"}]}}\n'


def owned(there: Place) -> dict[Path, str]:
    """The files of somebody who used Copilot before, by what stands in them."""
    folder = there.home / ".copilot"
    files = {folder / "mcp-config.json": SERVERS, folder / "hooks" / "mine.json": HOOKS}
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    # It unpacks itself into each home, which one folder for all saves.
    unpacked = FOLDER / "copilot" / "unpacked"
    if unpacked.parent.exists():
        unpacked.mkdir(exist_ok=True)
        (there.home / ".cache").mkdir()
        (there.home / ".cache" / "copilot").symlink_to(unpacked)
    return files


def copilot(there: Place, fake: FakeProvider, prompt: str, steps: list[Step]) -> list[Seen]:
    """One turn without a person, who allowed our server, theirs, `echo` and `git`: the requests to the model."""
    fake.script(f"openai/{MODEL}", steps)
    more = {
        **OFFLINE,
        "COPILOT_PROVIDER_BASE_URL": fake.base_url("openai"),
        "COPILOT_PROVIDER_API_KEY": "none",
        "COPILOT_MODEL": MODEL,
    }
    allowed = [
        word
        for name in ("llm-router", "mine", "shell(echo)", "shell(git:*)")
        for word in ("--allow-tool", name)
    ]
    words = [*program("copilot"), "-p", prompt, *allowed, "--trust-folder", "--disable-client-telemetry"]
    # A prompt that is blocked makes it end with 1.
    there.run(["sh", "-c", '"$@" || test $? = 1', "sh", *words], more)
    return [seen for seen in fake.seen("openai") if seen.body.get("messages")]


def call(tool: str, arguments: dict[str, str], id: str) -> Step:
    """A call of a tool as its model makes it."""
    return Step(text="", tool_calls=(tool_call(tool, arguments, id),))


def shell(line: str, id: str) -> Step:
    """A call of its own tool for commands."""
    return call("bash", {"command": line, "description": "say it"}, id)


def told(seen: Seen) -> str:
    """What the model is told beside the system's text."""
    return json.dumps([message for message in seen.body["messages"] if message["role"] == "user"])


def outputs(seen: Seen) -> dict[str, str]:
    """What tools answered, as the model is told it, by call."""
    return {m["tool_call_id"]: m["content"] for m in seen.body["messages"] if m["role"] == "tool"}
