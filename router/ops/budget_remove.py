"""`budget remove`: lifts a cap that `budget set` made."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.base.places import find_places
from router.ops.admin_note import noted
from router.ops.budget_file import changing
from router.ops.money_words import dollars
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.policy.sources.suggest import did_you_mean


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The cap that was; those that a policy sets are not touched."""
    provider = values["provider"]
    with changing(find_places(around.environ, around.cwd).user) as budgets:
        if provider not in budgets:
            near = did_you_mean(provider, budgets)
            raise UsageError(
                f"`budget set` keeps no cap for `{provider}`; {near or '`llm-router budget list` shows every cap and where it stands'}"
            )
        before = budgets.pop(provider)
    noted(around, "budget", {"provider": provider, "usd_per_month": None, "before_usd_per_month": before})
    return Result(
        {"provider": provider, "before_usd_per_month": before},
        lambda _: f"{provider}: the cap of {dollars(before)} a month is gone",
    )


OPERATION = Operation(
    name="budget remove",
    summary="lift a provider's cap that `budget set` made",
    description="Removes the provider's cap from the user's folder. Caps of a policy stay.",
    parameters=(Parameter("provider", "a provider that has such a cap", positional=True, required=True),),
    run=run,
    example="llm-router budget remove openai",
)
