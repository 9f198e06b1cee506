"""Every tool by its name, in the order it is listed, and the smaller sets that `LLM_ROUTER_SLIM` chooses."""

from collections.abc import Mapping
from importlib import import_module

from router.base.failures import UsageError
from router.ops.operation import Operation

TOOLS: tuple[str, ...] = (
    "llm_route",
    "llm_auto",
    "llm_classify",
    "llm_select_agent",
    "llm_stream",
    "llm_reroute",
    "llm_query",
    "llm_research",
    "llm_generate",
    "llm_analyze",
    "llm_code",
    "llm_edit",
    "llm_fs_find",
    "llm_fs_rename",
    "llm_fs_edit_many",
    "llm_fs_analyze_context",
    "llm_image",
    "llm_video",
    "llm_audio",
    "llm_orchestrate",
    "llm_pipeline_templates",
    "llm_usage",
    "llm_savings",
    "llm_check_usage",
    "llm_health",
    "llm_providers",
    "llm_set_profile",
    "llm_setup",
    "llm_quality_report",
    "llm_rate",
    "llm_codex",
    "llm_save_session",
    "llm_cache_stats",
    "llm_cache_clear",
    "llm_refresh_claude_usage",
    "llm_update_usage",
    "llm_track_usage",
    "llm_policy",
    "llm_benchmark",
    "llm_session_spend",
    "llm_approve_route",
    "llm_budget",
)
"""A tool's operation is `OPERATION` in the module of its name beside this one."""

CORE = frozenset({"llm_query", "llm_code", "llm_research", "llm_usage"})
ROUTING = CORE | {
    "llm_analyze", "llm_generate", "llm_classify", "llm_route", "llm_auto", "llm_check_usage", "llm_set_profile",
    "llm_health", "llm_session_spend", "llm_savings", "llm_reroute", "llm_select_agent",
}  # fmt: skip
_SETS: dict[str, frozenset[str]] = {"off": frozenset(TOOLS), "core": CORE, "routing": ROUTING}


def tool(name: str) -> Operation:
    """The operation of a tool; raises `KeyError` for a name that is none."""
    if name not in TOOLS:
        raise KeyError(name)
    found: Operation = import_module(f"router.ops.{name}").OPERATION
    return found


def offered(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The tools that `LLM_ROUTER_SLIM` (off, core, routing) leaves; raises `UsageError` for another value."""
    slim = environ.get("LLM_ROUTER_SLIM", "").strip().lower() or "off"
    if slim not in _SETS:
        raise UsageError(f"`LLM_ROUTER_SLIM` is one of {', '.join(_SETS)}; found `{slim}`")
    return tuple(name for name in TOOLS if name in _SETS[slim])
