"""Real clients of the real server: a process on pipes, its providers on loopback."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mcp_types as types
from mcp import Client, StdioServerParameters

from tests.fake_provider import FakeProvider

SECRET = "sk-test-0123456789abcdefSECRET"
PROGRAM = (sys.executable, "-c", "from router.faces.cli.main import run; run()")
LUNA, MISTRAL = "openai/gpt-6-luna", "mistral/mistral-small-latest"
PIN = f"rule pin\n  route to {LUNA} then {MISTRAL}\n"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass
class World:
    """A home and repositories on disk; OpenAI and Mistral are configured, and nothing else is."""

    root: Path
    provider: FakeProvider
    extra: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True)
        self.repo("payments")

    @property
    def home(self) -> Path:
        return self.root / "home"

    def repo(self, name: str, rules: str | None = None) -> Path:
        """A repository, made when it is new, with these rules as its policy."""
        folder = self.home / "work" / name
        if not folder.exists():
            (folder / ".git").mkdir(parents=True)
            (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
        if rules is not None:
            (folder / ".llm-router").mkdir(exist_ok=True)
            (folder / ".llm-router" / "policy.rules").write_text(rules, "utf-8")
        return folder

    @property
    def environ(self) -> dict[str, str]:
        return {
            "HOME": str(self.home), "PATH": "", "PYTHONPATH": str(_ROOT), "USER": "ann", "LLM_ROUTER_DEBUG": "1",
            "OLLAMA_BASE_URL": "http://127.0.0.1:9",
            "OPENAI_API_KEY": SECRET, "MISTRAL_API_KEY": SECRET,
            "OPENAI_BASE_URL": self.provider.base_url("openai"),
            "MISTRAL_API_BASE": self.provider.base_url("mistral"),
            **self.extra,
        }  # fmt: skip

    @asynccontextmanager
    async def client(
        self, cwd: Path | None = None, *, words: tuple[str, ...] = ("mcp",), mode: str = "legacy", **wanted: Any
    ) -> AsyncIterator[Client]:
        """A client session with a new server process."""
        server = StdioServerParameters(
            command=PROGRAM[0], args=[*PROGRAM[1:], *words], env=self.environ, cwd=cwd or self.repo("payments")
        )
        async with Client(server, mode=mode, read_timeout_seconds=120, **wanted) as client:
            yield client


def roots_at(*folders: Path) -> Callable[..., Awaitable[types.ListRootsResult]]:
    """A client's answer when it is asked where it works."""

    async def roots(_: object) -> types.ListRootsResult:
        return types.ListRootsResult(roots=[types.Root(uri=folder.as_uri()) for folder in folders])  # type: ignore[arg-type]

    return roots


def text_of(result: types.CallToolResult) -> str:
    return "\n".join(block.text for block in result.content if isinstance(block, types.TextContent))


def run(main: Callable[[], Awaitable[None]], within_s: float = 150.0) -> None:
    """An asynchronous test, to its end."""

    async def bounded() -> None:
        async with asyncio.timeout(within_s):
            await main()

    asyncio.run(bounded())


def names(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    from router.ops.tools import offered

    return offered(environ)
