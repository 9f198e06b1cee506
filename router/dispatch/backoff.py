"""Which failures are worth another attempt at the same model, and after how long."""

from collections.abc import Callable

from router.model.ledger import Failure

RETRIED = frozenset[Failure]({"timeout", "rate_limit", "overloaded", "server", "connection", "truncated"})
_FIRST_S = 0.5
_LONGEST_S = 20.0


def pause_s(number: int, retry_after_s: float | None, random: Callable[[], float]) -> float:
    """Seconds before attempt `number + 2`: what the provider asked for, else doubling from half a second.

    Half of it is jitter, so that callers that failed together do not come back together.
    """
    if retry_after_s is not None:
        return retry_after_s
    full = min(_FIRST_S * 2.0**number, _LONGEST_S)
    return full * (0.5 + 0.5 * random())
