"""Which failures are worth another attempt at the same model, and after how long."""

from collections.abc import Callable

from router.dispatch.ports import CallFailed
from router.model.call import Ask
from router.model.ledger import Failure

_RETRIED = frozenset[Failure]({"timeout", "rate_limit", "overloaded", "server", "connection", "truncated"})
_NOT_BEGUN = frozenset[Failure]({"rate_limit", "overloaded"})
_FIRST_S = 0.5
_LONGEST_S = 20.0


def worth_retrying(failed: CallFailed, ask: Ask) -> bool:
    """Whether the same model may answer the next time. A film that may be under way already is not begun again."""
    return not failed.final and failed.failure in (_NOT_BEGUN if ask.kind == "media" else _RETRIED)


def pause_s(number: int, retry_after_s: float | None, random: Callable[[], float]) -> float:
    """Seconds before attempt `number + 2`: what the provider asked for, else doubling from half a second.

    Half of it is jitter, so that callers that failed together do not come back together.
    """
    if retry_after_s is not None:
        return retry_after_s
    full = min(_FIRST_S * 2.0**number, _LONGEST_S)
    return full * (0.5 + 0.5 * random())
