"""A home and a repository on disk, and the command line run in them."""

import io
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from router.faces.cli.main import main

ESCAPE = "\x1b"


@dataclass(frozen=True)
class Ran:
    """What one command gave."""

    code: int
    out: str
    err: str

    @property
    def plain(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Shell:
    """`home` and `repo` are new folders; `run` is the command line, as its console script runs it."""

    root: Path
    patch: pytest.MonkeyPatch
    captured: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        for folder in (self.home, self.repo):
            folder.mkdir(parents=True)
        (self.repo / ".git").mkdir()
        (self.repo / ".git" / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
        for name in list(os.environ):
            if name.startswith(("LLM_ROUTER_", "XDG_")) or name.endswith(
                ("_API_KEY", "_API_TOKEN", "_API_BASE")
            ):
                self.patch.delenv(name)
        self.patch.setenv("HOME", str(self.home))
        self.patch.setenv("LLM_ROUTER_DEBUG", "1")
        self.patch.setenv("CODEX_PATH", str(self.root / "no-codex"))
        self.patch.chdir(self.repo)

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def repo(self) -> Path:
        return self.root / "home" / "work" / "payments"

    def write(self, name: str, text: str | bytes) -> Path:
        """A file at `repo/…`, `user/…` (that is ~/.llm-router) or anywhere below the root."""
        place, _, rest = name.partition("/")
        path = {"repo": self.repo, "user": self.home / ".llm-router"}.get(place, self.root / place) / rest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return path

    def rules(self, text: str) -> Path:
        return self.write("repo/.llm-router/policy.rules", text)

    def run(self, *argv: str, stdin: str | bytes = b"") -> Ran:
        """`main(argv)` with these words and this standard input; a fault of ours raises."""
        data = stdin if isinstance(stdin, bytes) else stdin.encode("utf-8")
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))
        self.captured.readouterr()
        try:
            code = main(argv)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        said = self.captured.readouterr()
        return Ran(code, said.out.replace(str(self.root), "ROOT"), said.err.replace(str(self.root), "ROOT"))

    def files(self) -> dict[str, bytes]:
        """Every file below the root with its content, the cache left out."""
        return {str(path.relative_to(self.root)): path.read_bytes() for path in self._walk()}

    def _walk(self) -> Iterator[Path]:
        cache = self.home / ".llm-router" / "cache"
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not path.is_relative_to(cache):
                yield path
