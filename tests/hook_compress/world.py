"""A home with a compiled policy, recorded events of Claude Code, and what a hook made of them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from router.base.places import find_places
from router.engine.hooked import hooked
from router.engine.load import Wanted, load_policy
from tests.compress.world import cases

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 9, 1, 12, tzinfo=UTC)
SWITCH = "LLM_ROUTER_COMPRESS_OUTPUT"


class World(NamedTuple):
    home: Path
    project: Path
    environ: Mapping[str, str]

    @property
    def user(self) -> Path:
        return self.home / ".llm-router"

    def with_switch(self, value: str) -> "World":
        return self._replace(environ={**self.environ, SWITCH: value})

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """Bodies of one kind that wait in the spool, in order."""
        path = self.user / "spool" / "spool.jsonl"
        rows = [json.loads(line) for line in path.read_text("ascii").splitlines() if line.strip()] if path.exists() else []
        return [row["body"] for row in rows if row["kind"] == kind]

    def hook(
        self, payload: Mapping[str, Any], *, kind: str = "after_tool", after_s: float = 0, host: str = "claude-code"
    ) -> Any:
        """What the hook answers at a moment; None when it says nothing."""
        now = START + timedelta(seconds=after_s)
        text = hooked(kind, json.dumps(payload).encode(), host, self.environ, lambda: now)  # type: ignore[arg-type]
        return json.loads(text) if text else None

    def process(self, payload: Mapping[str, Any]) -> Any:
        """The same from the script that the host runs."""
        command = [sys.executable, "-I", "-S", str(ROOT / "hooks" / "after_tool.py"), "--host", "claude-code"]
        done = subprocess.run(command, input=json.dumps(payload).encode(), env=dict(self.environ), capture_output=True, check=True)
        return json.loads(done.stdout) if done.stdout else None

    def event(self, call: str, response: Any, *, name: str = "PostToolUse", **fields: Any) -> dict[str, Any]:
        """A PostToolUse event as Claude Code sends it."""
        return {
            "session_id": "5f0c", "transcript_path": str(self.home / "transcript.jsonl"), "cwd": str(self.project),
            "permission_mode": "default", "hook_event_name": name, "tool_name": "Bash",
            "tool_input": {"command": LOG["command"], "description": "Look at the log"}, "tool_response": response,
            "tool_use_id": call, "duration_ms": 12, **fields,
        }  # fmt: skip


def bash(text: str, **fields: Any) -> dict[str, Any]:
    """What the Bash tool of Claude Code gives."""
    return {"stdout": text, "stderr": "", "interrupted": False, "isImage": False, "noOutputExpected": False, **fields}


def make_world(folder: Path, policy: str = "") -> World:
    """A fresh home whose policy and filters are compiled."""
    home, project = folder / "home", folder / "project"
    (project / ".llm-router").mkdir(parents=True)
    home.mkdir(exist_ok=True)
    if policy:
        (project / ".llm-router" / "policy.rules").write_text(policy, encoding="utf-8")
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "PWD": str(project)}
    loaded = load_policy(Wanted(find_places(environ, project)), environ, START.date(), START.timestamp())
    assert loaded.table is not None, loaded.problems
    return World(home, project, environ)


LOG: dict[str, Any] = next(case for _, case in cases() if case.get("exit_code", 0) == 0 and "docker compose logs" in case["command"])
"""A recorded output of a command that went well and is shortened."""
