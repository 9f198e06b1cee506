"""`budget set`: a monthly cap on one provider, kept in the user's folder."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.base.places import find_places
from router.model.catalogue import Catalogue
from router.ops.admin_note import noted
from router.ops.budget_file import MOST_USD, changing
from router.ops.money_words import dollars
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.policy.catalogue import load_catalogue
from router.policy.sources.suggest import did_you_mean


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The cap as it stands now, and what it was."""
    provider, usd = _provider(values["provider"], load_catalogue()), _amount(values["usd"])
    user = find_places(around.environ, around.cwd).user
    with changing(user) as budgets:
        before = budgets.get(provider)
        budgets[provider] = usd
    noted(around, "budget", {"provider": provider, "usd_per_month": usd, "before_usd_per_month": before})
    was = "" if before is None else f" (was {dollars(before)})"
    return Result(
        {"provider": provider, "usd_per_month": usd, "before_usd_per_month": before},
        lambda _: f"{provider}: at most {dollars(usd)} a month{was}; calls over it go to the next model that is allowed",
    )


def _provider(name: str, catalogue: Catalogue) -> str:
    if name not in catalogue.providers:
        near = did_you_mean(name, catalogue.providers)
        raise UsageError(f"no provider is called `{name}`; {near or '`llm-router providers` lists them'}")
    return name


def _amount(usd: float) -> float:
    # NaN is neither above 0 nor below anything.
    if not 0 < usd <= MOST_USD:
        raise UsageError(
            f"a budget is an amount in US dollars a month above 0, found {usd:g}; to forbid a provider, write `deny provider`"
        )
    return usd


OPERATION = Operation(
    name="budget set",
    summary="cap what one provider may cost a month",
    description="Sets a provider's cap in US dollars a calendar month (UTC). The smallest cap of all layers counts.",
    parameters=(
        Parameter("provider", "a provider of the catalogue, such as openai", positional=True, required=True),
        Parameter("usd", "US dollars a month, such as 20", kind="number", positional=True, required=True),
    ),
    run=run,
    example="llm-router budget set openai 20",
)
