"""An MCP server that a person had before us, and an entry of it: each must be kept, and go on working."""

import json
import sys
from pathlib import Path
from typing import Any

WORDS = (sys.executable, "-I", "-S", str(Path(__file__).resolve()))
"""The command that starts it."""
SAYS = "the person's own server answers"
_TOOL = {
    "name": "mine_hello",
    "description": "Says hello.",
    "inputSchema": {"type": "object", "properties": {}},
}


def _answer(asked: dict[str, Any]) -> dict[str, Any] | None:
    method = asked.get("method")
    if method == "initialize":
        version = asked["params"]["protocolVersion"]
        about = {"name": "mine", "version": "1"}
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": about}
    if method == "tools/list":
        return {"tools": [_TOOL]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": SAYS}]}
    return {} if method == "ping" else None


def main() -> None:
    """Answers one line of JSON-RPC after another until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        if "id" not in asked:
            continue
        result = _answer(asked)
        body = {"error": {"code": -32601, "message": "unknown"}} if result is None else {"result": result}
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **body}), flush=True)


if __name__ == "__main__":
    main()
