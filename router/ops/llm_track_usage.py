"""`llm_track_usage`: tokens that a host used on its own subscription."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings

_MOST = 1_000_000_000


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Counts them for the day; they cost nothing and are in no savings."""
    from router.base.places import find_places
    from router.engine.quotas import add_tokens

    tokens, model = values["tokens_used"], values["model"].strip()
    if not 0 < tokens <= _MOST:
        raise UsageError(f"`tokens_used` is from 1 to {_MOST:,}, found {tokens}")
    if not model or len(model) > 80 or not model.isprintable():
        raise UsageError("`model` is a model's name")
    today = add_tokens(find_places(around.environ, around.cwd).user, model, tokens, around.clock())
    return Result({"model": model, "tokens_today": today}, lambda _: f"{model}: {today:,} tokens today on the subscription")


OPERATION = Operation(
    name="llm_track_usage",
    summary="count tokens used on a subscription",
    description="Counts tokens the host itself used on its subscription.",
    parameters=(
        Parameter("model", "Such as opus", positional=True, required=True),
        Parameter("tokens_used", "", kind="whole", positional=True, required=True),
    ),
    run=run,
    hints=Hints(read_only=False, idempotent=False),
    output={"tokens_today": {"type": "integer"}},
    example="llm-router llm_track_usage opus 12000",
)
