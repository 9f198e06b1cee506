"""A home that Codex is used in: its owner's settings, hooks and servers, and the trust they give."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.e2e import mine
from tests.e2e.clients import Place, program
from tests.fake_provider.server import FakeProvider, Seen
from tests.fake_provider.step import Step, tool_call

MODEL = "gpt-e2e"
HOOKS = '{"hooks": {\n\t"Stop": [{"hooks": [{"type": "command", "command": "touch mine-ran"}]}]  }}\n'
_CONFIG = """\
# mine
model = "{model}"
model_provider = "fake" # not the usual one
check_for_update_on_startup = false
{more}
[model_providers.fake]
name = "fake"
base_url = "{url}"
env_key = "FAKE_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0

[features]
plugins = false
apps = false

[analytics]
enabled = false

[mcp_servers.mine]
command = {command}
args = {args}
default_tools_approval_mode = "approve"
"""
PATIENT = "mcp_optional_startup_grace_ms = 0\n"
"""Codex waits for a server as long as the server's own limit says."""


def owned(there: Place, fake: FakeProvider, more: str = PATIENT) -> tuple[Path, Path]:
    """The settings and the hooks of somebody who used Codex before."""
    folder = there.home / ".codex"
    folder.mkdir()
    config, hooks = folder / "config.toml", folder / "hooks.json"
    url = fake.base_url("responses")
    command, args = json.dumps(mine.WORDS[0]), json.dumps(mine.WORDS[1:])
    config.write_text(_CONFIG.format(model=MODEL, more=more, url=url, command=command, args=args))
    hooks.write_text(HOOKS)
    return config, hooks


def codex(there: Place, fake: FakeProvider, prompt: str, steps: list[Step], **more: str) -> list[Seen]:
    """One turn without a person, with `more` in its environment: the requests to its model."""
    fake.script(f"responses/{MODEL}", steps)
    words = [*program("codex"), "exec", "--json", "--skip-git-repo-check", prompt]
    there.run(words, {"FAKE_KEY": "none", **more})
    return [seen for seen in fake.seen("responses") if seen.body.get("input")]


def served(tool: str, arguments: Mapping[str, Any], id: str, server: str = "llm_router") -> Step:
    """A call of a server's tool: the model sees it in a namespace of the server, whose name may hold no dash there."""
    call = tool_call(tool, arguments, id)
    named = {**call, "function": {**call["function"], "namespace": f"mcp__{server}"}}
    return Step(text="", tool_calls=(named,))


def shell(line: str, id: str) -> Step:
    """A call of Codex's own tool for commands."""
    return Step(text="", tool_calls=(tool_call("exec_command", {"cmd": line}, id),))


def told(seen: Seen) -> str:
    """What hooks added for the model."""
    items = [item for item in seen.body["input"] if item.get("role") == "developer"]
    return "\n".join(
        part["text"] for item in items for part in item["content"] if "llm-router:" in part["text"]
    )


def outputs(seen: Seen) -> dict[str, str]:
    """What tools answered, as the model is told it, by call."""
    items = [item for item in seen.body["input"] if item.get("type") == "function_call_output"]
    return {item["call_id"]: json.dumps(item["output"]) for item in items}


class Server:
    """Codex as a server, the way its own windows talk to it."""

    def __init__(self, there: Place) -> None:
        self._cwd = str(there.project)
        self._process = subprocess.Popen(
            [*program("codex"), "app-server"], env={**there.environ, "FAKE_KEY": "none"}, cwd=there.project,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def __enter__(self) -> "Server":
        self._ask("initialize", {"clientInfo": {"name": "e2e", "title": "e2e", "version": "0"}})
        self._say({"method": "initialized"})
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate(timeout=60)

    def hooks(self) -> dict[str, dict[str, Any]]:
        """The hooks it knows, by key."""
        found = self._ask("hooks/list", {"cwds": [self._cwd]})["data"][0]["hooks"]
        return {hook["key"]: hook for hook in found}

    def trust(self) -> None:
        """What `/hooks` writes when a person accepts every hook."""
        state = {key: {"trusted_hash": hook["currentHash"]} for key, hook in self.hooks().items()}
        edit = {"keyPath": "hooks.state", "value": state, "mergeStrategy": "upsert"}
        self._ask("config/batchWrite", {"edits": [edit]})

    def _ask(self, method: str, params: Mapping[str, Any]) -> Any:
        self._say({"id": method, "method": method, "params": params})
        assert self._process.stdout is not None
        for line in self._process.stdout:
            answer = json.loads(line)
            if answer.get("id") == method:
                return answer["result"]
        raise AssertionError(f"no answer to {method}")

    def _say(self, message: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self._process.stdin.flush()
