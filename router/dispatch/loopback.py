"""A small HTTP server on a free loopback port, in a thread of its own, for answers that no provider gave."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

_MAX_HEAD_BYTES = 64 * 1024
_MAX_BODY_BYTES = 64 * 1024 * 1024
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; header names are in lower case, `body` is {} when it is no JSON object."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


class Hangup(Exception):
    """Raised by a handler to close the connection at once, whatever was promised."""


class _Reader(asyncio.StreamReader):
    """A reader that tells when its client has gone, without taking in what comes next."""

    def __init__(self) -> None:
        super().__init__(limit=_MAX_HEAD_BYTES)
        self.gone = asyncio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self.gone.set()

    def set_exception(self, exc: Exception) -> None:
        super().set_exception(exc)
        self.gone.set()


class Reply:
    """The way back of one request: a whole answer, or pieces of a stream."""

    def __init__(self, reader: _Reader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._streams = False

    async def whole(
        self,
        body: bytes,
        status: int = 200,
        kind: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send an answer in one go."""
        self._head(status, {"content-type": kind, "content-length": str(len(body)), **(headers or {})})
        self._writer.write(body)
        await self._writer.drain()

    async def part(self, body: bytes, length: int, kind: str = "application/json") -> None:
        """Promise an answer, and send only its first `length` bytes."""
        self._head(200, {"content-type": kind, "content-length": str(len(body))})
        self._writer.write(body[:length])
        await self._writer.drain()

    async def piece(self, data: bytes, kind: str = "text/event-stream") -> None:
        """Send the next piece of a stream; the first sends the head, too."""
        if not self._streams:
            self._head(200, {"content-type": kind, "transfer-encoding": "chunked"})
            self._streams = True
        self._writer.write(b"%x\r\n%b\r\n" % (len(data), data))
        await self._writer.drain()

    async def end(self) -> None:
        """End a stream properly."""
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def gone(self) -> None:
        """Return when the client has closed its side."""
        await self._reader.gone.wait()

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))


Handler = Callable[[Request, Reply], Awaitable[None]]


class Loopback:
    """A context manager that serves requests by `handler` until it is left; `port` is 0 until it is entered."""

    def __init__(self, handler: Handler) -> None:
        self.port = 0
        self._handler = handler
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._protocol, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await self._stop.wait()
        server.close()

    def _protocol(self) -> asyncio.StreamReaderProtocol:
        reader = _Reader()
        return asyncio.StreamReaderProtocol(reader, lambda _, writer: self._connection(reader, writer))

    async def _connection(self, reader: _Reader, writer: asyncio.StreamWriter) -> None:
        try:
            async for request in _requests(reader):
                await self._handler(request, Reply(reader, writer))
        except (Hangup, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            # Whatever a client sends that is no HTTP, or breaks off, ends its connection and nothing else.
            pass
        except asyncio.CancelledError:
            # The server is being left; asyncio would print the cancelled connection as an error.
            pass
        finally:
            writer.close()


async def _requests(reader: asyncio.StreamReader) -> AsyncIterator[Request]:
    while head := await _head_of(reader):
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= _MAX_BODY_BYTES:
            return
        yield Request(method, path, headers, _object(await reader.readexactly(length)))


async def _head_of(reader: asyncio.StreamReader) -> bytes | None:
    try:
        return (await reader.readuntil(b"\r\n\r\n"))[:-4]
    except asyncio.IncompleteReadError:
        return None


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
