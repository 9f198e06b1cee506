"""Waiting for a job: asked again and again, less and less often, within the deadline."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from router.dispatch.media.api import Api
from router.dispatch.ports import CallFailed
from router.model.ledger import Failure

T = TypeVar("T")

FIRST_S, GROWTH, LONGEST_S = 1.0, 1.5, 10.0
_MISSES = 5
"""Questions in a row that may fail before contact counts as lost; a job goes on without being asked."""
_PASSING = frozenset[Failure]({"rate_limit", "overloaded", "server", "connection", "timeout", "truncated"})
_CANCEL_S = 3.0


async def wait_for(
    api: Api, look: Callable[[], Awaitable[T | None]], cancel: Callable[[], Awaitable[Any]] | None = None
) -> T:
    """What `look` gives once it is not None; raises `CallFailed`, always final, for the job was accepted.

    A job that is given up (deadline, cancellation, lost contact) is cancelled at its provider as far as that can be.
    """
    try:
        return await _asked(api, look)
    except _Ended as ended:
        raise CallFailed(ended.cause.failure, ended.cause.text, final=True) from None
    except BaseException as cause:
        await _give_up(cancel)
        if isinstance(cause, CallFailed):
            # Contact was lost, so the job may be done and billed all the same, as after a deadline.
            raise CallFailed("timeout", cause.text, final=True) from None
        raise


class _Ended(Exception):
    """The provider says that the job failed, or that nothing more will be said of it: there is nothing to cancel."""

    def __init__(self, cause: CallFailed) -> None:
        super().__init__(cause.text)
        self.cause = cause


async def _asked(api: Api, look: Callable[[], Awaitable[T | None]]) -> T:
    pause, misses = FIRST_S, 0
    while True:
        asked_s: float | None = None
        try:
            found = await look()
            misses = 0
            if found is not None:
                return found
        except CallFailed as failed:
            if failed.final or failed.failure not in _PASSING:
                raise _Ended(failed) from None
            misses += 1
            if misses >= _MISSES:
                raise
            asked_s = failed.retry_after_s
        wait = max(pause, asked_s or 0.0)
        if api.studio.left_s() <= wait:
            raise api.failed("timeout", "the job was not done within the deadline and was given up")
        await api.studio.sleep(wait)
        pause = min(pause * GROWTH, LONGEST_S)


async def _give_up(cancel: Callable[[], Awaitable[Any]] | None) -> None:
    if cancel is not None:
        with contextlib.suppress(CallFailed, TimeoutError):
            async with asyncio.timeout(_CANCEL_S):
                await cancel()
