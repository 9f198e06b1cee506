"""The command line as a process of its own, with a home and a repository on disk."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """What one command gave."""

    code: int
    out: str
    err: str

    @property
    def plain(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """`user` is the user's folder, `repo` the working folder; nothing of the caller's own settings is seen."""

    root: Path

    def __post_init__(self) -> None:
        (self.repo / ".git").mkdir(parents=True)

    @property
    def user(self) -> Path:
        return self.root / "user"

    @property
    def repo(self) -> Path:
        return self.root / "repo"

    @property
    def table(self) -> Path:
        return self.user / "outcomes.json"

    def write(self, name: str, text: str | bytes) -> str:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return str(path)

    def run(self, *argv: str) -> Ran:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("LLM_ROUTER_", "XDG_"))}
        environ = {
            **kept, "HOME": str(self.root), "LLM_ROUTER_HOME": str(self.user), "PYTHONPATH": str(ROOT),
            "LLM_ROUTER_DEBUG": "1",
        }  # fmt: skip
        words = [sys.executable, "-c", "from router.faces.cli.main import run; run()", *argv]
        done = subprocess.run(
            words, cwd=self.repo, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=120
        )
        return Ran(done.returncode, done.stdout, done.stderr)
