"""An MCP server that a person had before us, which must be kept and go on working."""

import json
import sys
from pathlib import Path
from typing import Any

WORDS = (sys.executable, "-I", "-S", str(Path(__file__).resolve()))
"""The command that starts it."""
SAYS = "the person's own server answers"
PAGE = "\n".join(
    ["### Page state", "- Page URL: http://127.0.0.1/shop", "- Page Snapshot:", "```yaml", "- main [ref=e1]:"]
    + [
        f"  - generic [ref=e{3 * number}]:\n    - generic [ref=e{3 * number + 1}]:\n"
        f'      - link "Chair {number}" [ref=e{3 * number + 2}] [cursor=pointer]:\n        - /url: /chairs/{number}'
        for number in range(1, 80)
    ]
    + ["```"]
)
"""What a browser's server would show."""
_NOTHING = {"type": "object", "properties": {}}
_TOOLS = [
    {"name": "mine_hello", "description": "Says hello.", "inputSchema": _NOTHING},
    {"name": "mine_page", "description": "Shows a page.", "inputSchema": _NOTHING},
]


def _answer(asked: dict[str, Any]) -> dict[str, Any] | None:
    method = asked.get("method")
    if method == "initialize":
        version = asked["params"]["protocolVersion"]
        about = {"name": "mine", "version": "1"}
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": about}
    if method == "tools/list":
        return {"tools": _TOOLS}
    if method == "tools/call":
        text = PAGE if asked["params"]["name"] == "mine_page" else SAYS
        return {"content": [{"type": "text", "text": text}]}
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
