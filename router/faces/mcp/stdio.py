"""The server on standard input and output."""

from collections.abc import Mapping
from pathlib import Path

import anyio
from mcp.server.stdio import stdio_server

from router.base.clock import Clock
from router.faces.mcp.folders import start_folder
from router.faces.mcp.server import make_server


def serve(environ: Mapping[str, str], cwd: Path, clock: Clock) -> None:
    """Serve one client until it closes our input."""

    async def main() -> None:
        server = make_server(environ, start_folder(environ, cwd), clock)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(main)
