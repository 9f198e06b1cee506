"""What a running call tells its client: progress, pieces of the answer, warnings; in order, and never holding it up."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Self

_MOST_WAITING = 1_000
"""Lines beyond what a slow client takes are dropped: the answer itself never depends on them."""


class Watching:
    """A context manager around one call; `progress`, `piece` and `warn` may be used from any thread.

    `send` takes (kind, text), kind being `progress`, `piece` or `warning`; when it fails the call goes on.
    """

    def __init__(self, send: Callable[[str, str], Awaitable[Any]]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Queue[tuple[str, str] | None] = asyncio.Queue()
        self._sender: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._sender = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, kind: object, error: object, where: object) -> None:
        assert self._sender is not None
        if kind is not None:
            self._sender.cancel()
        # Threads' lines are handed over by the loop: let those that came before the end be handed over first.
        self._loop.call_soon(self._waiting.put_nowait, None)
        with suppress(asyncio.CancelledError):
            await self._sender

    def progress(self, line: str) -> None:
        """A line for whoever watches."""
        self._put("progress", line)

    def piece(self, text: str) -> None:
        """The next piece of the answer's text."""
        self._put("piece", text)

    def warn(self, line: str) -> None:
        """A line that must be seen."""
        self._put("warning", line)

    def _put(self, kind: str, text: str) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._keep, kind, text)

    def _keep(self, kind: str, text: str) -> None:
        if self._waiting.qsize() < _MOST_WAITING:
            self._waiting.put_nowait((kind, text))

    async def _run(self) -> None:
        while (item := await self._waiting.get()) is not None:
            await self._send(*item)
