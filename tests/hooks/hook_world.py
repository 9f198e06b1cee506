"""Homes and projects with a compiled policy, and the hooks that hosts run there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from router.base.clock import system_clock
from router.base.places import find_places
from router.engine.hooked import hooked
from router.engine.load import Wanted, load_policy

ROOT = Path(__file__).resolve().parents[2]
PAYLOADS = Path(__file__).parent / "payloads"
FLAGS = ("-I", "-S")

LOCAL = "rule to-local\n  route to ollama/qwen3.5:latest then @budget\n"
"""A route that no host runs itself, so that a tool must be called."""


class Payload(NamedTuple):
    """A recorded event: which host sent it, under which name, and what it sent."""

    host: str
    name: str
    stdin: dict[str, Any]
    variables: tuple[str, ...]


def payloads() -> list[Payload]:
    """All recorded events; at least 70, or the folder has moved."""
    found = []
    for path in sorted(PAYLOADS.rglob("*.json")):
        plain = json.loads(path.read_text(encoding="utf-8"))
        found.append(Payload(path.parent.name, path.stem, plain["stdin"], tuple(plain["variables"])))
    assert len(found) >= 70
    return found


class World:
    """A home, a project, a policy in it that is compiled."""

    def __init__(self, folder: Path, rules: str = LOCAL, yaml: str | None = None, **variables: str) -> None:
        self.home, self.project = folder / "home", folder / "project"
        self.home.mkdir(parents=True)
        (self.project / ".llm-router").mkdir(parents=True)
        (self.project / ".llm-router" / "policy.rules").write_text(rules, encoding="utf-8")
        if yaml is not None:
            (self.project / ".llm-router.yml").write_text(yaml, encoding="utf-8")
        self.environ = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LLM_ROUTER_REFRESH": "off", **variables}
        self.compile()

    def compile(self) -> None:
        now = system_clock()
        places = find_places(self.environ, self.project)
        loaded = load_policy(Wanted(places), self.environ, now.date(), now.timestamp())
        assert loaded.table is not None, loaded.problems

    def event(self, plain: Mapping[str, Any]) -> bytes:
        """What a host sends, from this project."""
        return json.dumps({**plain, "cwd": str(self.project)}).encode()

    def here(self, kind: str, plain: Mapping[str, Any], host: str | None = None, **variables: str) -> str:
        """The hook's answer, in this process."""
        environ = {**self.environ, **variables}
        return hooked(kind, self.event(plain), host, environ, system_clock)  # type: ignore[arg-type]

    def command(self, kind: str, host: str | None = None) -> list[str]:
        said = ["--host", host] if host else []
        return [sys.executable, *FLAGS, str(ROOT / "hooks" / f"{kind}.py"), *said]

    def run(
        self, kind: str, data: bytes, host: str | None = None, **how: Any
    ) -> "subprocess.CompletedProcess[bytes]":
        """The hook as a host runs it."""
        environ = how.pop("env", self.environ)
        return subprocess.run(
            self.command(kind, host), input=data, capture_output=True, env=environ, timeout=60, check=False, **how
        )

    @property
    def user(self) -> Path:
        return self.home / ".llm-router"

    def spooled(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The bodies of the lines in the spool."""
        path = self.user / "spool" / "spool.jsonl"
        lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
        return [row["body"] for row in map(json.loads, filter(None, lines)) if kind in (None, row["kind"])]


def prompts() -> Iterator[Payload]:
    """Of each host with a prompt event the recorded one."""
    from router.hosts.registry import host_named

    for payload in payloads():
        host = host_named(payload.host)
        assert host is not None
        name = payload.name.replace("_", ".") if payload.host == "opencode" else payload.name
        if host.kind_of(name) == "prompt":
            yield payload
