"""A home that Droid is used in: its owner's model, hooks and servers, and the two ways to start it without a window."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from threading import Timer
from typing import Any

from tests.e2e import mine
from tests.e2e.clients import Place, program
from tests.fake_provider.server import FakeProvider, Seen
from tests.fake_provider.step import Step, tool_call

MODEL = "gpt-e2e"
HOOKS = '{\n\t"Stop": [{"hooks": [{"type": "command", "command": "touch mine-ran"}]}]\n}'
SERVERS = f"""{{"mcpServers": {{"mine":
  {{"type": "stdio", "command": {json.dumps(mine.WORDS[0])}, "args": {json.dumps(mine.WORDS[1:])}, "disabled": false}}
}} }}
"""
QUIET = {
    "FACTORY_API_KEY": "fk-none",
    "FACTORY_DROID_AUTO_UPDATE_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
}
_MOST_S = 170


def owned(there: Place, fake: FakeProvider) -> dict[Path, str]:
    """The files of somebody who used Droid before, by what stands in them; the model is their own."""
    folder = there.home / ".factory"
    folder.mkdir()
    model = {
        "model": MODEL,
        "displayName": "Fake",
        "baseUrl": fake.base_url("openai"),
        "apiKey": "none",
        "provider": "generic-chat-completion-api",
        "maxOutputTokens": 1000,
    }
    settings = {"customModels": [model], "cloudSessionSync": False, "enableDroidShield": False}
    (folder / "settings.json").write_text(json.dumps(settings))
    files = {folder / "hooks.json": HOOKS, folder / "mcp.json": SERVERS}
    for file, text in files.items():
        file.write_text(text)
    return files


def one_shot(there: Place, fake: FakeProvider, prompt: str, steps: list[Step]) -> list[Seen]:
    """One turn of `droid exec`: the requests to the model."""
    fake.script(f"openai/{MODEL}", steps)
    words = [*program("droid"), "exec", "--auto", "low", "-m", f"custom:{MODEL}", "-o", "json", prompt]
    there.run(words, QUIET)
    return fake.seen("openai")


def session(
    there: Place, fake: FakeProvider, prompt: str, steps: list[Step], asked: list[str] | None = None
) -> list[Seen]:
    """One turn of a session as windows lead them, where prompts have an event: the requests to the model.

    `asked` gets what the person was asked leave for.
    """
    fake.script(f"openai/{MODEL}", steps)
    with Session(there) as talk:
        talk.turn(prompt)
    if asked is not None:
        asked += talk.asked
    return fake.seen("openai")


class Session:
    """Droid as the program behind a window; `asked` is what it asked the person's leave for, who gives it."""

    def __init__(self, there: Place) -> None:
        form = ("--input-format", "stream-jsonrpc", "--output-format", "stream-jsonrpc")
        self._cwd = str(there.project)
        self.asked: list[str] = []
        self._process = subprocess.Popen(
            [*program("droid"), "exec", *form], env={**there.environ, **QUIET}, cwd=there.project,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self._limit = Timer(_MOST_S, self._process.kill)

    def __enter__(self) -> "Session":
        self._limit.start()
        # A title spares the model a request for one.
        given = {"machineId": "e2e", "cwd": self._cwd, "title": "e2e", "modelId": f"custom:{MODEL}"}
        self._say("droid.initialize_session", {**given, "autonomyLevel": "low", "blockOnMcpLoad": True})
        self._wait(lambda heard: heard.get("id") == "droid.initialize_session")
        return self

    def __exit__(self, *_: object) -> None:
        self._say("droid.close_session", {})
        self._process.communicate(timeout=_MOST_S)
        self._limit.cancel()

    def turn(self, prompt: str) -> None:
        """One prompt, until there is nothing left to do for it."""
        self._say("droid.add_user_message", {"text": prompt})
        self._wait(lambda heard: heard.get("params", {}).get("notification", {}).get("newState") == "idle")

    def _wait(self, is_it: Any) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            heard = json.loads(line)
            if heard.get("method") == "droid.request_permission":
                self.asked.append(json.dumps(heard["params"]))
                self._send(
                    {"type": "response", "id": heard["id"], "result": {"selectedOption": "proceed_once"}}
                )
            if is_it(heard):
                return
        raise AssertionError("Droid ended before its time")

    def _say(self, method: str, params: Mapping[str, Any]) -> None:
        self._send({"type": "request", "id": method, "method": method, "params": params})

    def _send(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        whole = {"jsonrpc": "2.0", "factoryApiVersion": "1.0.0", **message}
        self._process.stdin.write(json.dumps(whole) + "\n")
        self._process.stdin.flush()


def call(tool: str, arguments: Mapping[str, Any], id: str) -> Step:
    """A call of a tool as its model makes it."""
    # Other names of calls it would change.
    return Step(text="", tool_calls=(tool_call(tool, arguments, f"call_{id}"),))


def shell(line: str, id: str) -> Step:
    """A call of its own tool for commands."""
    about = {"riskLevel": "low", "riskLevelReason": "it only says it", "summary": "say it"}
    return call("Execute", {"command": line, **about}, id)


def told(seen: Seen) -> str:
    """All that the model is told before its turn."""
    return json.dumps([message for message in seen.body["messages"] if message["role"] != "tool"])


def outputs(seen: Seen) -> dict[str, str]:
    """What tools answered, as the model is told it, by call."""
    return {
        m["tool_call_id"].removeprefix("call_"): m["content"]
        for m in seen.body["messages"]
        if m["role"] == "tool"
    }
