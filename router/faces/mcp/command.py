"""`mcp`: the server, started from the command line or by a host."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Operation, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Serves until the client leaves."""
    from router.faces.mcp.stdio import serve

    serve(around.environ, around.cwd)
    return Result({}, lambda _: "", streamed=True)


OPERATION = Operation(
    name="mcp",
    summary="serve the routing tools to a coding agent over MCP",
    description="Serves the routing tools over MCP on standard input and output, as hosts start it.",
    parameters=(),
    run=run,
    example="llm-router mcp",
)
