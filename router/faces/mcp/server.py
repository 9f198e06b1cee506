"""The server over any transport: its tools, and how it stands to each client."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPDeprecationWarning
from mcp_types import EmptyResult, ListToolsResult, PaginatedRequestParams, SetLevelRequestParams

from router import __version__
from router.base.clock import Clock, system_clock
from router.engine.desk import Desk, warm_up
from router.faces.mcp.calls import Caller, session_name
from router.faces.mcp.hosts import shows_data
from router.faces.mcp.offers import get_prompt, list_prompts, list_resources, read_resource
from router.faces.mcp.schemas import tool_of
from router.ops.tools import offered, tool

INSTRUCTIONS = (
    "Send questions, research, writing, analysis and code to llm_auto, or to the tool of that kind: "
    "each goes to the cheapest model that does it well, under the policy of this repository."
)
_WARM_AFTER_S = 1.0
"""A client that never lists tools is taken to be ready then."""

Context = ServerRequestContext[Any, Any]


def make_server(environ: Mapping[str, str], here: Path, clock: Clock = system_clock) -> Server[Any]:
    """The server; `here` is the folder of clients that name none. Raises `UsageError` for a wrong setting."""
    # Both still serve the clients of today, which know no other way.
    warnings.filterwarnings("ignore", category=MCPDeprecationWarning)
    names = offered(environ)
    caller = Caller(environ, here, Desk(), session_name(clock()), clock)
    warm = asyncio.Event()

    async def list_tools(context: Context, params: PaginatedRequestParams | None) -> ListToolsResult:
        asyncio.get_running_loop().call_later(0.05, warm.set)
        shown = shows_data(caller.host(context))
        return ListToolsResult(tools=[tool_of(tool(name), shown) for name in names])

    async def set_level(context: Context, params: SetLevelRequestParams) -> EmptyResult:
        return EmptyResult()

    @asynccontextmanager
    async def warming(_: Server[Any]) -> AsyncIterator[dict[str, Any]]:
        task = asyncio.create_task(_warm(warm, caller))
        try:
            yield {}
        finally:
            task.cancel()

    return Server(
        "llm-router", version=__version__, instructions=INSTRUCTIONS, lifespan=warming,
        on_list_tools=list_tools, on_call_tool=caller.call, on_set_logging_level=set_level,
        on_list_resources=list_resources, on_read_resource=partial(read_resource, caller),
        on_list_prompts=list_prompts, on_get_prompt=get_prompt,
    )  # fmt: skip


async def _warm(listed: asyncio.Event, caller: Caller) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(listed.wait(), _WARM_AFTER_S)
    import threading

    # A daemon: a client that leaves meanwhile is not kept waiting.
    given = (caller.desk, caller.here, caller.environ, caller.clock)
    threading.Thread(target=warm_up, args=given, name="warm-up", daemon=True).start()
