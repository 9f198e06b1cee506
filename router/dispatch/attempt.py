"""One attempt at one model: money set aside, the call, and what came of it settled on every way out."""

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any, NamedTuple, TypeVar

from router.base.failures import StoreError
from router.dispatch.attempted import Attempt, Got
from router.dispatch.bill import media_cost, text_cost
from router.dispatch.ports import CallFailed, Piece, Ports
from router.model.call import Delta
from router.model.ledger import Exceeded, Outcome, Reservation, Settlement, Usage

_T = TypeVar("_T")


class Ended(NamedTuple):
    """The end of an attempt that was made."""

    got: Got
    settlement: Settlement
    failed: CallFailed | None


async def attempt(plan: Attempt, ports: Ports) -> AsyncGenerator[Delta | Exceeded | Ended, None]:
    """Make the attempt: the pieces of text of a stream, then its end, or the cap that it would have overrun.

    Cancelling or closing it closes the call and settles what had come by then, once.
    """
    reservation = await _reserve(plan, ports)
    if isinstance(reservation, Exceeded):
        yield reservation
        return
    got = Got(ports.clock())
    failed: CallFailed | None = None
    settled = False
    try:
        try:
            async with aclosing(_pieces(plan, ports, got)) as texts:
                async for text in texts:
                    yield Delta(text)
            failed = _emptiness(got)
        except CallFailed as found:
            failed = found
        got.ended = ports.clock()
        settlement = _settlement(plan, ports, got, "answered", failed)
        settled = True
        await _settle(ports, reservation, settlement)
    finally:
        if not settled:
            # Cancelled, closed by whoever was reading, or broken by a fault of ours: the money is owed all the same.
            got.ended = ports.clock()
            await _settle(ports, reservation, _settlement(plan, ports, got, "cancelled", None))
    yield Ended(got, settlement, failed)


async def _pieces(plan: Attempt, ports: Ports, got: Got) -> AsyncGenerator[str, None]:
    """The texts of a stream as they come; `got` takes in everything."""
    async with aclosing(plan.upstream(plan.target, plan.ask, plan.wait_s)) as pieces:
        while True:
            piece = await _next(pieces, min(plan.wait_s, plan.until - ports.clock()), got)
            if piece is None:
                return
            got.add(piece, ports.clock())
            if piece.text and plan.ask.stream:
                yield piece.text


async def _next(pieces: AsyncGenerator[Piece, None], wait_s: float, got: Got) -> Piece | None:
    try:
        async with asyncio.timeout(wait_s):
            return await anext(pieces, None)
    except TimeoutError:
        when = "between two pieces" if got.texts else "before the first token"
        raise CallFailed("timeout", f"no answer within {max(wait_s, 0):.1f} s, {when}") from None


def _emptiness(got: Got) -> CallFailed | None:
    if got.text.strip() or got.last.tool_calls:
        return None
    if got.last.finish_reason == "content_filter":
        return CallFailed("content_filter", "the provider's filter held the answer back")
    return CallFailed("empty", f"an empty answer (finish reason `{got.last.finish_reason}`)")


def _settlement(
    plan: Attempt, ports: Ports, got: Got, outcome: Outcome, failed: CallFailed | None
) -> Settlement:
    cost = (media_cost if plan.ask.kind == "media" else text_cost)(plan, ports.catalogue, got, failed)
    if failed is not None:
        outcome = "refused" if failed.failure == "content_filter" else "failed"
    return Settlement(
        outcome=outcome,
        usage=cost.usage,
        cost_usd=cost.usd,
        estimated=cost.estimated,
        latency_ms=((got.ended or got.started) - got.started) * 1000,
        first_token_ms=None if got.first is None else (got.first - got.started) * 1000,
        failure=failed.failure if failed else None,
        error=failed.text if failed else None,
        model=got.last.reported_model,
    )


async def _reserve(plan: Attempt, ports: Ports) -> Reservation | Exceeded:
    pending = _in_thread(ports.purse.reserve, plan.claim)
    try:
        return await asyncio.shield(pending)
    except asyncio.CancelledError:
        # The thread goes on, so its reservation must be waited for, or nobody would give it back.
        reservation = await asyncio.shield(pending)
        if isinstance(reservation, Reservation):
            await _settle(ports, reservation, Settlement("cancelled", Usage(), 0.0, False, 0.0))
        raise


async def _settle(ports: Ports, reservation: Reservation, settlement: Settlement) -> None:
    try:
        await asyncio.shield(_in_thread(ports.purse.settle, reservation, settlement))
    except StoreError as error:
        ports.warn(f"the cost of a call could not be written down: {error}")


def _in_thread(function: Callable[..., _T], *values: Any) -> asyncio.Future[_T]:
    """Run in a thread as a future, which the end of the loop does not cancel as it does tasks."""
    context = contextvars.copy_context()
    return asyncio.get_running_loop().run_in_executor(None, context.run, function, *values)
