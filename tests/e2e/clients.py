"""Where the real clients are, a home for each run, and the commands that start them offline."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("AGENT_CLIENTS") or Path.home() / ".cache" / "agent-clients")
PACKAGES = {
    "claude": ("@anthropic-ai/claude-code", "claude/node_modules/@anthropic-ai/claude-code-linux-x64/claude"),
    "gemini": ("@google/gemini-cli", "gemini/node_modules/@google/gemini-cli/bundle/gemini.js"),
    "codex": ("@openai/codex", "codex/node_modules/.bin/codex"),
}
"""The npm package of each client, and its program below the folder `npm install` was run in."""


def program(name: str) -> list[str]:
    """The words that start a client; the test is skipped, with what to install, where it is not."""
    package, inside = PACKAGES[name]
    path = FOLDER / inside
    if path.exists():
        return ["node", str(path)] if path.suffix == ".js" else [str(path)]
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not here: npm install --ignore-scripts {package} in {FOLDER / name}")
    return [found]


@dataclass(frozen=True)
class Place:
    """A home and a project of one run."""

    home: Path
    project: Path
    environ: Mapping[str, str]

    def router(self, *words: str) -> str:
        """Our program's output in this home."""
        command = [sys.executable, "-c", "from router.faces.cli.main import run; run()", *words]
        return self.run(command, {})

    def run(self, command: list[str], more: Mapping[str, str]) -> str:
        """What a program prints; it must end well."""
        done = subprocess.run(
            command,
            env={**self.environ, **more},
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=170,
            check=False,
        )
        text = done.stdout.decode("utf-8", "replace")
        assert done.returncode == 0, text[-2000:] + done.stderr.decode("utf-8", "replace")[-2000:]
        return text


def place(tmp_path: Path) -> Place:
    """An empty home and project with nothing of this machine's environment but PATH."""
    home, project, temporary = (tmp_path / name for name in ("a home", "project", "tmp"))
    for folder in (home, project, temporary):
        folder.mkdir()
    environ = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "TMPDIR": str(temporary),
        "TERM": "dumb",
        "SHELL": "/bin/bash",
    }
    return Place(home, project, environ)
