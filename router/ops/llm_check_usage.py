"""`llm_check_usage`: how much of the Claude subscription is used, as last said."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Operation, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The windows that still count."""
    from router.base.places import find_places
    from router.engine.quotas import read_quotas
    from router.ops.quota_words import quota_lines, quota_record

    quotas = read_quotas(find_places(around.environ, around.cwd).user, around.clock())
    none = "not known: llm_refresh_claude_usage asks Anthropic, llm_update_usage takes what claude.ai shows"
    return Result({"windows": [quota_record(q) for q in quotas]}, lambda _: "\n".join(quota_lines(quotas)) or none)


OPERATION = Operation(
    name="llm_check_usage",
    summary="how much of the Claude subscription is used",
    description="Claude subscription: how much of the session and weekly windows is used.",
    parameters=(),
    run=run,
    output={"windows": {"type": "array"}},
    example="llm-router llm_check_usage",
)
