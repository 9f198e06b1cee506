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


CHANGES = {
    "llm_reroute", "llm_rate", "llm_fs_rename", "llm_image", "llm_video", "llm_audio", "llm_set_profile", "llm_save_session",
    "llm_cache_clear", "llm_refresh_claude_usage", "llm_update_usage", "llm_track_usage", "llm_approve_route",
}  # fmt: skip
"""Tools that change something besides our own bookkeeping: files, a session, what the router knows."""

DESTROYS = {"llm_fs_rename", "llm_approve_route"}
"""Of those, the ones that move a person's files or spend on their word."""

HERE = {
    "llm_classify", "llm_select_agent", "llm_reroute", "llm_pipeline_templates", "llm_usage", "llm_savings", "llm_check_usage",
    "llm_health", "llm_providers", "llm_set_profile", "llm_quality_report", "llm_rate", "llm_cache_stats", "llm_cache_clear",
    "llm_update_usage", "llm_track_usage", "llm_policy", "llm_benchmark", "llm_session_spend", "llm_approve_route", "llm_budget",
}  # fmt: skip
"""Tools that reach nothing beyond this machine; all others call models or ask providers."""


def test_annotations_say_what_each_tool_may_do() -> None:
    shown = {name: tool_of(tool(name)).annotations for name in TOOLS}
    assert {name for name, notes in shown.items() if notes and not notes.read_only_hint} == CHANGES
    assert {name for name, notes in shown.items() if notes and notes.destructive_hint} == DESTROYS
    assert {name for name, notes in shown.items() if notes and not notes.open_world_hint} == HERE


def test_whatever_calls_a_model_can_be_cancelled() -> None:
    # `begin` runs in the loop; `run` would go on in a thread that nobody can stop.
    assert {name for name in TOOLS if tool(name).begin is None} <= HERE | {"llm_setup", "llm_refresh_claude_usage"}


def test_smaller_sets() -> None:
    assert offered({}) == offered({"LLM_ROUTER_SLIM": "off"}) == TOOLS
    assert set(offered({"LLM_ROUTER_SLIM": "core"})) == CORE and len(CORE) == 4
    assert set(offered({"LLM_ROUTER_SLIM": "Routing "})) == ROUTING and len(ROUTING) == 16
    with pytest.raises(UsageError, match="core, routing"):
        offered({"LLM_ROUTER_SLIM": "tiny"})


@pytest.mark.slow
def test_listing_needs_no_heavy_library() -> None:
    code = (
        "import sys\nfrom router.faces.mcp.server import make_server\nfrom router.faces.mcp.schemas import tool_of\n"
        "from router.ops.tools import TOOLS, tool\n[tool_of(tool(n)) for n in TOOLS]\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
