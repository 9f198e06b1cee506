"""How long a new MCP server takes to answer `tools/list`, beside an empty server on the same SDK; and its schemas' size.

Both are started in turn, in one run, and spoken to over pipes; CPU seconds are of the whole process with its start.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAIRS = int(os.environ.get("PAIRS", "15"))

EMPTY = """
import anyio
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp_types import ListToolsResult

async def tools(context, params):
    return ListToolsResult(tools=[])

async def main():
    server = Server("empty", on_list_tools=tools)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())

anyio.run(main)
"""
OURS = "from router.faces.cli.main import main; import sys; sys.exit(main(['mcp']))"
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}


def once(code: str, home: str) -> tuple[float, float, list[dict[str, object]]]:
    """Seconds and CPU seconds from the start to the list, and the tools."""
    environ = {"HOME": home, "PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environ
    ) as process:
        assert process.stdin and process.stdout
        say(process.stdin, id=1, method="initialize", params=HELLO)
        process.stdout.readline()
        say(process.stdin, method="notifications/initialized")
        say(process.stdin, id=2, method="tools/list")
        answer = json.loads(process.stdout.readline())
        took = time.perf_counter() - began
        process.kill()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, cpu, answer["result"]["tools"]


def say(stream: object, **message: object) -> None:
    stream.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")  # type: ignore[attr-defined]
    stream.flush()  # type: ignore[attr-defined]


def main() -> None:
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}")
    with tempfile.TemporaryDirectory() as home:
        once(EMPTY, home), once(OURS, home)
        pairs = [(once(EMPTY, home), once(OURS, home)) for _ in range(PAIRS)]
    tools = pairs[0][1][2]
    size = len(json.dumps(tools, separators=(",", ":"), ensure_ascii=False))
    walls = statistics.median(ours[0] / empty[0] for empty, ours in pairs)
    cpus = statistics.median(ours[1] / empty[1] for empty, ours in pairs)
    empty_ms = statistics.median(empty[1] for empty, _ in pairs) * 1000
    ours_ms = statistics.median(ours[1] for _, ours in pairs) * 1000
    print(f"start to tools/list, median of {PAIRS} pairs: {walls:.2f}x an empty server ({cpus:.2f}x in CPU: {empty_ms:.0f} and {ours_ms:.0f} ms)")
    print(f"{len(tools)} tools, {size:,} characters")


if __name__ == "__main__":
    main()
