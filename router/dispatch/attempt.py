"""One attempt at one model: money set aside, the call, and what came of it settled on every way out."""

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from router.base.failures import StoreError
from router.dispatch.ports import CallFailed, Piece, Ports, Target, Upstream
from router.dispatch.price import cost_usd, input_tokens, tokens_of
from router.model.call import Ask, Delta
from router.model.ledger import Claim, Exceeded, Failure, Outcome, Reservation, Settlement, Usage

_T = TypeVar("_T")
_NOTHING = Piece()
_WORKED = frozenset[Failure]({"timeout", "truncated", "empty"})
"""Failures before which the provider had begun to work, and may bill what it was asked."""


@dataclass(slots=True)
class Got:
    """What has come of an answer so far; times are the clock's."""

    started: float
    first: float | None = None
    ended: float | None = None
    texts: list[str] = field(default_factory=list)
    last: Piece = _NOTHING

    def add(self, piece: Piece, now: float) -> None:
        """Take a piece in: texts follow each other, of all else the newest that was said stays."""
        if piece.text:
            self.first = now if self.first is None else self.first
            self.texts.append(piece.text)
        said = {name: value for name, value in piece._asdict().items() if value not in (None, (), "")}
        self.last = self.last._replace(**said)

    @property
    def text(self) -> str:
        """All text so far."""
        return "".join(self.texts)


class Ended(NamedTuple):
    """The end of an attempt that was made."""

    got: Got
    settlement: Settlement
    failed: CallFailed | None


class Attempt(NamedTuple):
    """What one attempt is made of; `until` is when it must end, by the clock."""

    target: Target
    ask: Ask
    claim: Claim
    wait_s: float
    until: float
    upstream: Upstream


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
    usage, guessed = _usage(plan.ask, got, failed)
    cost = cost_usd(ports.catalogue, plan.target.id, usage)
    reported = got.last.cost_usd if cost is None else None
    if failed is not None:
        outcome = "refused" if failed.failure == "content_filter" else "failed"
    return Settlement(
        outcome=outcome,
        usage=usage,
        cost_usd=0.0 if usage == Usage() and not got.texts and failed else _first(cost, reported),
        estimated=guessed or cost is None,
        latency_ms=((got.ended or got.started) - got.started) * 1000,
        first_token_ms=None if got.first is None else (got.first - got.started) * 1000,
        failure=failed.failure if failed else None,
        error=failed.text if failed else None,
        model=got.last.reported_model,
    )


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _usage(ask: Ask, got: Got, failed: CallFailed | None) -> tuple[Usage, bool]:
    """Tokens as reported, else by the length of the texts; nothing for a call that was turned away."""
    if got.last.usage is not None:
        return got.last.usage, False
    if failed and failed.failure not in _WORKED and not got.texts:
        return Usage(), False
    return Usage(input_tokens(ask), tokens_of(got.text)), True


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
