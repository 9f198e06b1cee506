"""The command line with a home and a repository on disk, in this process or one of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from router.faces.cli.main import main

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
    patch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        (self.repo / ".git").mkdir(parents=True)
        for name in [name for name in os.environ if name.startswith(("LLM_ROUTER_", "XDG_"))]:
            self.patch.delenv(name)
        for name, value in self._own.items():
            self.patch.setenv(name, value)
        self.patch.chdir(self.repo)

    @property
    def _own(self) -> dict[str, str]:
        return {"HOME": str(self.root), "LLM_ROUTER_HOME": str(self.user), "LLM_ROUTER_DEBUG": "1"}

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
        """`main(argv)` in this process; a fault of ours raises."""
        self.captured.readouterr()
        try:
            code = main(argv)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        said = self.captured.readouterr()
        return Ran(code, said.out, said.err)

    def process(self, *argv: str) -> Ran:
        """The same as a process of its own, which has read no trained file yet."""
        words = [sys.executable, "-c", "from router.faces.cli.main import run; run()", *argv]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            words, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=300
        )
        return Ran(done.returncode, done.stdout, done.stderr)
