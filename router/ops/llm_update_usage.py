"""`llm_update_usage`: what claude.ai shows of a subscription, told to the router."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Keeps the windows, which rules then ask as `quota(claude.weekly)`."""
    import json

    from router.base.places import find_places
    from router.engine.quotas import keep_quotas
    from router.ops.quota_words import quota_lines, quota_record

    try:
        plain = json.loads(values["data"])
    except (ValueError, RecursionError):
        raise UsageError("`data` is no JSON") from None
    if not isinstance(plain, dict):
        raise UsageError("`data` is a JSON object")
    quotas = keep_quotas(find_places(around.environ, around.cwd).user, plain, around.clock())
    return Result({"windows": [quota_record(q) for q in quotas]}, lambda _: "\n".join(quota_lines(quotas)))


OPERATION = Operation(
    name="llm_update_usage",
    summary="tell the router what claude.ai shows of a subscription",
    description="Takes the JSON of claude.ai's usage page, for rules on subscription quota.",
    parameters=(Parameter("data", 'Such as {"five_hour":{"utilization":34}}', positional=True, required=True),),
    run=run,
    hints=Hints(read_only=False),
    output={"windows": {"type": "array"}},
    example="llm-router llm_update_usage DATA",
)
