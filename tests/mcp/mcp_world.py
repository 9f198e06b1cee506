"""Real clients of the real server: a process on pipes, its providers on loopback."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import mcp_types as types
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from router.faces.mcp.server import make_server
from tests.fake_provider import FakeProvider

SECRET = "sk-test-0123456789abcdefSECRET"
PROGRAM = (sys.executable, "-c", "from router.faces.cli.main import run; run()")
LUNA, MISTRAL = "openai/gpt-6-luna", "mistral/mistral-small-latest"
PIN = f"rule pin\n  route to {LUNA} then {MISTRAL}\n"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Served:
    """Where a server over HTTP listens, and the token it wants."""

    url: str
    token: str
    process: asyncio.subprocess.Process


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
    async def near(self, cwd: Path | None = None, *, mode: str = "legacy", **wanted: Any) -> AsyncIterator[Client]:
        """A client session with the server in this process, for what does not depend on how the two are joined."""
        server = make_server(self.environ, cwd or self.repo("payments"))
        async with Client(server, mode=mode, read_timeout_seconds=120, **wanted) as client:
            yield client

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

    @asynccontextmanager
    async def served(self, cwd: Path | None = None) -> AsyncIterator[Served]:
        """A server over HTTP, as a process of its own."""
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, "mcp", "--http", "--port", "0", env=self.environ, cwd=cwd or self.repo("payments"),
            stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stderr
        try:
            line = (await process.stderr.readline()).decode()
            address = re.search(r"http://127\.0\.0\.1:\d+/mcp", line)
            assert address, line
            yield Served(address[0], (self.home / ".llm-router" / "mcp-token").read_text("utf-8").strip(), process)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    @asynccontextmanager
    async def client_of(self, served: Served, *, mode: str = "legacy", **wanted: Any) -> AsyncIterator[Client]:
        """A client session with a server over HTTP."""
        headers = {"Authorization": f"Bearer {served.token}"}
        async with httpx2.AsyncClient(headers=headers, timeout=120) as http:
            transport = streamable_http_client(served.url, http_client=http)
            async with Client(transport, mode=mode, read_timeout_seconds=120, **wanted) as client:
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


def good_arguments(root: Path) -> dict[str, dict[str, Any]]:
    """Arguments that each tool can do something with, by tool; the folder gets the files they name."""
    (root / "src").mkdir(exist_ok=True)
    (root / "src" / "ledger.py").write_text("def total():\n    return 1\n", "utf-8")
    plain: dict[str, dict[str, Any]] = {name: {} for name in names({})}
    for name in plain:
        if name in ("llm_auto", "llm_classify", "llm_codex", "llm_select_agent", "llm_stream", "llm_image", "llm_video") or name in (
            "llm_route", "llm_query", "llm_research", "llm_generate", "llm_analyze", "llm_code",
        ):  # fmt: skip
            plain[name] = {"prompt": f"what does {name} do?"}
    return plain | {
        "llm_reroute": {"task_type": "code"},
        "llm_edit": {"task": "return 2", "files": ["src/ledger.py"]},
        "llm_fs_find": {"description": "the ledger"},
        "llm_fs_rename": {"description": "ledger to book"},
        "llm_fs_edit_many": {"task": "return 2", "glob": "src/*.py"},
        "llm_audio": {"text": "hello"},
        "llm_orchestrate": {"task": "vectors", "template": "code_review_fix"},
        "llm_set_profile": {"profile": "premium"},
        "llm_rate": {"rating": "good"},
        "llm_update_usage": {"data": '{"five_hour": {"utilization": 34}}'},
        "llm_track_usage": {"model": "opus", "tokens_used": 12},
        "llm_save_session": {"summary": "moved the ledger"},
    }


ANSWERS = {
    "llm_edit": {"edits": [{"file": "src/ledger.py", "old": "return 1", "new": "return 2"}, {"file": "src/ledger.py", "old": "nowhere", "new": "x"}]},
    "llm_fs_edit_many": {"edits": [{"file": "src/ledger.py", "old": "return 1", "new": "return 2"}]},
    "llm_fs_find": {"globs": ["src/*.py", "/etc/*", "../**"], "contains": ["total"]},
    "llm_fs_rename": {"moves": [{"from": "src/ledger.py", "to": "src/book.py"}, {"from": "src/ledger.py", "to": "../../book.py"}, {"from": "src/none.py", "to": "src/x.py"}]},
    "llm_fs_analyze_context": {"language": "Python", "framework": "none", "project_type": "library", "summary": "A ledger."},
}  # fmt: skip
"""What the fake model answers a tool that wants JSON."""

NEEDS_MORE = {
    "llm_codex": "`codex` is not on the path",
    "llm_refresh_claude_usage": "no sign-in",
    "llm_approve_route": "no call waits",
    "llm_image": "does not make",
    "llm_video": "does not make",
    "llm_audio": "does not make",
}
"""Tools that cannot do anything in this world, and what they say."""
