"""A point at which the fake provider waits until the test lets it go on, so that no test sleeps."""

import asyncio
from concurrent.futures import Future


class Gate:
    """`arrived` is set when the server stands before the gate; `open()` lets it through, from any thread."""

    def __init__(self) -> None:
        self._arrived: Future[None] = Future()
        self._opened: Future[None] = Future()

    def open(self) -> None:
        """Let the server go on."""
        if not self._opened.done():
            self._opened.set_result(None)

    async def arrived(self) -> None:
        """Wait until the server stands here."""
        await asyncio.shield(asyncio.wrap_future(self._arrived))

    async def passed(self) -> None:
        """The server's side: say that it is here, and wait."""
        if not self._arrived.done():
            self._arrived.set_result(None)
        await asyncio.shield(asyncio.wrap_future(self._opened))
