"""A server on loopback that answers by a script and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HELD_S = 20.0
"""How long a held answer waits at most, so that a failing test ends."""


@dataclass
class Reply:
    """One answer. `promised` is a length the body does not keep; `gate` holds the answer until it is set."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    gate: threading.Event | None = None

    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Message
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Loopback:
    """`script` maps `METHOD /path` to the answers in turn, of which the last repeats; other requests get a 404."""

    port: int
    script: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self, request: str, *replies: Reply) -> None:
        self.script[request] = list(replies)

    def paths(self) -> list[str]:
        return [f"{asked.method} {asked.path}" for asked in self.asked]

    def reply(self, request: str) -> Reply:
        waiting = self.script.get(request, [Reply({"detail": "no such page"}, 404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.partition("?")[0]
            with lock:
                loopback.asked.append(Asked(self.command, self.path, self.headers, body))
                reply = loopback.reply(f"{self.command} {path}")
            loopback.arrived.set()
            if reply.gate is not None:
                reply.gate.wait(HELD_S)
            self.write(reply)

        def write(self, reply: Reply) -> None:
            sent = reply.bytes()
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header(
                    "Content-Length", str(len(sent) if reply.promised is None else reply.promised)
                )
                self.end_headers()
                self.wfile.write(sent)
            except OSError:
                self.close_connection = True
            if reply.promised is not None:
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is printed."""

    return Handler


class _Server(ThreadingHTTPServer):
    # The default of five drops connections when many calls begin at once.
    request_queue_size = 128

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no fault of the server."""


@contextmanager
def serving() -> Iterator[Loopback]:
    """A server on a free port, closed at the end with whatever it still holds."""
    loopback = Loopback(0)
    server = _Server(("127.0.0.1", 0), _handler(loopback))
    loopback.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield loopback
    finally:
        for replies in loopback.script.values():
            for reply in replies:
                if reply.gate is not None:
                    reply.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
