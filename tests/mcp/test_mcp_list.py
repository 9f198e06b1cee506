"""What a client is offered: names, sizes, sets, annotations; the same operations are commands."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from router.base.failures import UsageError
from router.faces.mcp.schemas import tool_of
from router.ops.tools import CORE, ROUTING, TOOLS, offered, tool

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
HEAVY = ("sqlalchemy", "litellm", "lark", "jsonschema", "sklearn", "numpy", "yaml")


def test_all_schemas_fit() -> None:
    whole = json.dumps([tool_of(tool(name)).model_dump(by_alias=True, exclude_none=True) for name in TOOLS], separators=(",", ":"))
    assert len(TOOLS) == len(set(TOOLS)) == 42
    assert len(whole) <= 24_000


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_says_what_it_is(name: str) -> None:
    operation, shown = tool(name), tool_of(tool(name))
    assert operation.name == shown.name == name
    assert shown.description and 10 < len(shown.description) < 140
    assert shown.output_schema and shown.output_schema["required"]
    assert shown.annotations and shown.annotations.read_only_hint is not None
    # Codex runs a tool unasked only when it reads, or is neither destructive nor open.
    if not operation.hints.read_only:
        assert shown.annotations.destructive_hint is not None and shown.annotations.open_world_hint is not None
    assert f"`{name}`" in README


def test_smaller_sets() -> None:
    assert offered({}) == offered({"LLM_ROUTER_SLIM": "off"}) == TOOLS
    assert set(offered({"LLM_ROUTER_SLIM": "core"})) == CORE and len(CORE) == 4
    assert set(offered({"LLM_ROUTER_SLIM": "Routing "})) == ROUTING and len(ROUTING) == 16
    with pytest.raises(UsageError, match="core, routing"):
        offered({"LLM_ROUTER_SLIM": "tiny"})


def test_listing_needs_no_heavy_library() -> None:
    code = (
        "import sys\nfrom router.faces.mcp.server import make_server\nfrom router.faces.mcp.schemas import tool_of\n"
        "from router.ops.tools import TOOLS, tool\n[tool_of(tool(n)) for n in TOOLS]\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
