"""`mcp`: the server, started from the command line or by a host."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from router.ops.operation import Operation, Parameter, Result, Surroundings


@contextmanager
def _importing() -> Iterator[None]:
    """Nothing that an import makes is garbage: looking for some takes a fifteenth of the start, and later of each collection."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Serves until the client leaves, or, over HTTP, until interrupted."""
    if values["http"]:
        with _importing():
            from router.faces.mcp.http import serve_http

        serve_http(around.environ, around.cwd, around.clock, values["port"], around.aside)
    else:
        with _importing():
            from router.faces.mcp.stdio import serve

        serve(around.environ, around.cwd, around.clock)
    return Result({}, lambda _: "", streamed=True)


OPERATION = Operation(
    name="mcp",
    summary="serve the routing tools to a coding agent over MCP",
    description=(
        "Serves the routing tools over MCP on standard input and output, as hosts start it; with --http on loopback, "
        "for clients that hold the token in ~/.llm-router/mcp-token."
    ),
    parameters=(
        Parameter("http", "serve Streamable HTTP on 127.0.0.1 instead", kind="flag"),
        Parameter("port", "the port; 0 takes a free one", kind="whole", default=7338),
    ),
    run=run,
    example="llm-router mcp",
)
