"""The server over Streamable HTTP: on loopback only, for those who hold its token."""

import hmac
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from router.base.clock import Clock
from router.base.failures import RouterError, UsageError
from router.base.files import write_atomically

TOKEN_FILE = "mcp-token"
PATH = "/mcp"
MOST_BODY_BYTES = 64 * 1024 * 1024
"""Above all that a tool takes, so that what is too long is told by the tool itself."""

_HOST = "127.0.0.1"
_TOKEN_BYTES = 32

App = Callable[[dict[str, Any], Any, Any], Any]


def token_of(user: Path) -> tuple[str, Path]:
    """The installation's token and its file, which only its owner can read; made when there is none."""
    path = user / TOKEN_FILE
    try:
        found = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        found = ""
    except (OSError, UnicodeDecodeError):
        raise RouterError(f"{path} cannot be read") from None
    if len(found) < _TOKEN_BYTES:
        found = secrets.token_urlsafe(_TOKEN_BYTES)
        user.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, f"{found}\n".encode())
    path.chmod(0o600)
    return found, path


def guarded(app: App, token: str) -> App:
    """The app for requests that carry the token; all others get 401 and learn nothing."""
    wanted = f"Bearer {token}".encode()

    async def guard(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
            if not hmac.compare_digest(given, wanted):
                await send({"type": "http.response.start", "status": 401, "headers": [(b"www-authenticate", b"Bearer")]})
                await send({"type": "http.response.body", "body": b"the token is missing or wrong"})
                return
        await app(scope, receive, send)

    return guard


def serve_http(environ: Mapping[str, str], cwd: Path, clock: Clock, port: int, say: Callable[[str], None]) -> None:
    """Serve until interrupted; `say` takes the address and where the token stands. Raises `RouterError` for a port in use."""
    import socket

    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    from router.base.places import find_places
    from router.faces.mcp.folders import start_folder
    from router.faces.mcp.server import make_server

    if not 0 <= port <= 65_535:
        raise UsageError(f"`--port` is from 0 to 65535, found {port}")
    token, path = token_of(find_places(environ, cwd).user)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((_HOST, port))
        # Whoever reads the address below may connect at once.
        listening.listen(128)
    except OSError as failure:
        raise RouterError(f"port {port} cannot be used: {failure.strerror}") from None
    own = listening.getsockname()[1]
    security = TransportSecuritySettings(
        allowed_hosts=[f"{_HOST}:{own}", f"localhost:{own}"],
        allowed_origins=[f"http://{_HOST}:{own}", f"http://localhost:{own}"],
    )
    app = make_server(environ, start_folder(environ, cwd), clock).streamable_http_app(
        streamable_http_path=PATH, max_request_body_size=MOST_BODY_BYTES, transport_security=security
    )
    config = uvicorn.Config(guarded(app, token), log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    say(f"serving at http://{_HOST}:{own}{PATH}; clients send `Authorization: Bearer` with the token in {path}")
    uvicorn.Server(config).run(sockets=[listening])
