"""Which folders a client works in: its roots, or the folder that the server was started in."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.shared.message import ServerMessageMetadata
from mcp_types import (
    InputRequest,
    InputRequiredResult,
    InputResponseRequestParams,
    ListRootsRequest,
    ListRootsResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

_ASKED = "roots"
_WAIT_S = 10.0


async def roots_of(
    context: ServerRequestContext[Any, Any], params: InputResponseRequestParams | None, here: Path
) -> tuple[Path, ...] | InputRequiredResult:
    """The client's folders, the first of which chooses the policy; `here` when it names none that exists.

    Newer clients are asked by the answer that is returned instead, and call again with it.
    """
    capabilities = context.session.client_capabilities
    if capabilities is None or capabilities.roots is None:
        return (here,)
    if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
        given = (params.input_responses or {}).get(_ASKED) if params else None
        if isinstance(given, ListRootsResult):
            return existing((str(root.uri) for root in given.roots), here)
        if params is None or given is not None:
            return (here,)
        return InputRequiredResult(input_requests=roots_request(context))
    try:
        found = await context.session.send_request(
            ListRootsRequest(), ListRootsResult, request_read_timeout_seconds=_WAIT_S,
            metadata=ServerMessageMetadata(related_request_id=context.request_id),
        )  # fmt: skip
    except (MCPError, ValidationError):
        return (here,)
    return existing((str(root.uri) for root in found.roots), here)


def roots_request(context: ServerRequestContext[Any, Any]) -> dict[str, InputRequest]:
    """What a newer client is sent away with to bring its roots; nothing for one that has none."""
    capabilities = context.session.client_capabilities
    return {} if capabilities is None or capabilities.roots is None else {_ASKED: ListRootsRequest()}


def existing(uris: Iterable[str], here: Path) -> tuple[Path, ...]:
    """The folders among `file:` addresses, resolved; `here` when there are none."""
    folders = []
    for uri in uris:
        parts = urlsplit(uri)
        if parts.scheme == "file" and parts.netloc in ("", "localhost") and "\0" not in (path := unquote(parts.path)):
            folder = Path(path)
            if folder.is_dir():
                folders.append(folder.resolve())
    return tuple(dict.fromkeys(folders)) or (here,)


def start_folder(environ: Mapping[str, str], cwd: Path) -> Path:
    """The folder a client without roots works in: the project its host names, else the server's own."""
    named = environ.get("CLAUDE_PROJECT_DIR")
    return Path(named).resolve() if named and Path(named).is_dir() else cwd
