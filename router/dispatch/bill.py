"""What an attempt is settled at: tokens and US dollars, as they were said or as they must be guessed."""

from typing import NamedTuple

from router.dispatch.attempted import Attempt, Got
from router.dispatch.ports import CallFailed
from router.dispatch.price import cost_usd, input_tokens, tokens_of
from router.model.catalogue import Catalogue
from router.model.ledger import Failure, Usage

_WORKED = frozenset[Failure]({"timeout", "truncated", "empty"})
"""Failures before which the provider had begun to work, and may bill what it was asked."""

_NO_USAGE = Usage()


class Cost(NamedTuple):
    """Tokens and their price; `usd` None: not known. `estimated`: tokens or price were not reported."""

    usage: Usage
    usd: float | None
    estimated: bool


def text_cost(plan: Attempt, catalogue: Catalogue, got: Got, failed: CallFailed | None) -> Cost:
    """The tokens that were reported, or else those of the texts, at the catalogue's prices, or else at what was said."""
    if got.last.usage is None and _turned_away(got, failed):
        return Cost(_NO_USAGE, 0.0, False)
    usage = got.last.usage or Usage(input_tokens(plan.ask), tokens_of(got.text))
    usd = cost_usd(catalogue, plan.target.id, usage)
    estimated = got.last.usage is None or usd is None
    return Cost(usage, got.last.cost_usd if usd is None else usd, estimated)


def media_cost(plan: Attempt, catalogue: Catalogue, got: Got, failed: CallFailed | None) -> Cost:
    """What was made is priced by whoever made it; what was begun and not delivered, at the claim's estimate."""
    usage = got.last.usage or _NO_USAGE
    if got.last.cost_usd is not None:
        return Cost(usage, got.last.cost_usd, False)
    if got.last.usage is None and _turned_away(got, failed):
        return Cost(usage, 0.0, False)
    return Cost(usage, plan.claim.estimate_usd, True)


def _turned_away(got: Got, failed: CallFailed | None) -> bool:
    """Whether the provider did nothing that it could bill."""
    return failed is not None and failed.failure not in _WORKED and not got.texts
