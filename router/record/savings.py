"""The one formula of savings: what the baseline would have cost for the same answers, less everything that was spent."""

from collections.abc import Iterable
from typing import NamedTuple

from router.model.catalogue import Catalogue
from router.record.sums import Sum

GROUPED_BY = ("kind", "provider", "model", "outcome")
"""What sums must at least be grouped by for this formula."""


class Savings(NamedTuple):
    """Savings against `always <baseline>`; amounts in US dollars.

    saved = baseline - spent, where `spent` is every attempt: failures, retries, judges and classifiers too, and
    `baseline` the baseline's price for the tokens of each text that was answered; an answer of the baseline itself
    counts at what it cost. Left out on both sides, and counted instead: `plan_calls`, answered by a program that a
    subscription pays for, whose tokens are `plan_tokens`; `media_calls`, which the baseline could not have made;
    `unpriced_calls`, whose price is not known. `estimated` says that some tokens or prices were not reported.
    """

    baseline: str
    priced: bool
    calls: int
    spent_usd: float
    baseline_usd: float
    saved_usd: float
    free_calls: int
    plan_calls: int
    plan_tokens: int
    media_calls: int
    media_usd: float
    unpriced_calls: int
    failed_calls: int
    estimated: bool

    @property
    def share(self) -> float | None:
        """The saving as a share of the baseline; None when there is nothing to compare with."""
        return self.saved_usd / self.baseline_usd if self.baseline_usd > 0 else None


def savings_of(sums: Iterable[Sum], baseline: str, catalogue: Catalogue) -> Savings:
    """The savings of ledger sums, grouped at least by `GROUPED_BY`; without a price of the baseline none are claimed."""
    found = {"calls": 0, "free": 0, "plan": 0, "plan_tokens": 0, "media": 0, "unpriced": 0, "failed": 0}
    spent = compared = media = 0.0
    estimated = False
    for each in sums:
        kind, provider, model = each.by["kind"], each.by["provider"], each.by["model"]
        estimated = estimated or each.estimated > 0
        known = catalogue.providers.get(provider)
        found["failed"] += each.failed
        if known is not None and known.kind == "agent":
            found["plan"] += each.answered
            found["plan_tokens"] += each.input_tokens + each.output_tokens
            continue
        if kind == "media":
            found["media"] += each.answered
            media += each.cost_usd
            continue
        spent += each.cost_usd
        found["unpriced"] += each.unpriced
        if kind not in ("answer", "cache") or each.by["outcome"] != "answered":
            continue
        counted = each.answered - each.unpriced
        found["calls"] += each.answered
        found["free"] += each.answered if each.cost_usd == 0 and not each.unpriced else 0
        if model == baseline:
            compared += each.cost_usd
        elif counted > 0:
            compared += (price_of(each, baseline, catalogue) or 0.0) * counted / each.answered
    priced = baseline_is_priced(baseline, catalogue)
    return Savings(
        baseline, priced, found["calls"], spent, compared if priced else 0.0, compared - spent if priced else 0.0,
        found["free"], found["plan"], found["plan_tokens"], found["media"], media, found["unpriced"],
        found["failed"], estimated,
    )  # fmt: skip


def baseline_is_priced(baseline: str, catalogue: Catalogue) -> bool:
    return catalogue.estimate_usd(baseline, 1, 1) is not None


def price_of(each: Sum, model: str, catalogue: Catalogue) -> float | None:
    """What a model would have cost for the tokens of a group; its prompt cache would have been as warm."""
    return price_usd(model, each.input_tokens, each.output_tokens, each.cached_tokens, each.answered, catalogue)


def price_usd(
    model: str, input_tokens: int, output_tokens: int, cached_tokens: int, calls: int, catalogue: Catalogue
) -> float | None:
    """The price of calls by the catalogue, cached tokens at their own price; None when it is not known."""
    whole = catalogue.estimate_usd(model, input_tokens, output_tokens)
    known = catalogue.models.get(model)
    if whole is None or known is None:
        return whole
    more_calls = known.call_usd * max(0, calls - 1)
    if known.cached_usd_per_mtok is None or known.input_usd_per_mtok is None:
        return whole + more_calls
    return whole + more_calls - cached_tokens * (known.input_usd_per_mtok - known.cached_usd_per_mtok) / 1e6
