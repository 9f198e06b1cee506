"""One model of a plan: may it be called, and if so, attempts until it answers or there is no use in another."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from router.base.failures import NoAnswerError
from router.dispatch.attempt import Ended, attempt
from router.dispatch.attempted import Attempt
from router.dispatch.backoff import pause_s, worth_retrying
from router.dispatch.course import Course
from router.dispatch.ports import CallFailed, Target, Upstream
from router.dispatch.targets import target_of
from router.dispatch.telling import exceeded_line, nothing_answered
from router.dispatch.ways import way_to
from router.model.call import Delta, Event, Hop, Trying
from router.model.ledger import Exceeded


async def one_model(id_: str, emergency: bool, course: Course) -> AsyncGenerator[Event, None]:
    """Every attempt at one model; ends with its answer, or with what became of it.

    Raises `NoAnswerError` when a stream broke off whose text was passed on already.
    """
    hop = course.plan.check(id_, course.estimate_usd(id_))
    if hop.stop is not None:
        yield course.skipped(id_, hop.stop)
        return
    target = target_of(id_, course.ports.catalogue, course.ports.keys)
    way = target if isinstance(target, str) else await way_to(target, course.ask, course.ports)
    if isinstance(target, str) or isinstance(way, str):
        yield course.skipped(id_, str(way))
        return
    for number in range(1 + course.plan.retries):
        if reason := course.ports.breaker.admit(target.provider.id, id_):
            yield course.skipped(id_, reason)
            return
        ended: Ended | Exceeded | None = None
        async with aclosing(_one_attempt(target, way, hop, course)) as steps:
            async for step in steps:
                if isinstance(step, Ended | Exceeded):
                    ended = step
                else:
                    yield step
        if isinstance(ended, Exceeded):
            course.exceeded.append(ended)
            yield course.skipped(id_, exceeded_line([ended]))
            return
        assert ended is not None
        if ended.failed is None:
            yield course.answer(target, ended, emergency)
            return
        yield course.failed(id_, ended, ended.failed)
        if course.ask.stream and ended.got.texts:
            raise NoAnswerError(nothing_answered(course.tried), tuple(course.tried), partial=ended.got.text)
        if not await _goes_on(number, ended.failed, course):
            return


async def _one_attempt(
    target: Target, way: Upstream, hop: Hop, course: Course
) -> AsyncGenerator[Trying | Delta | Ended | Exceeded, None]:
    """One attempt that the breaker let through, and its verdict on the model."""
    course.attempts += 1
    made = Attempt(target, course.ask_for(target.id), course.claim(target, hop), course.plan.attempt_s, course.deadline, way)
    ended: Ended | Exceeded | None = None
    try:
        yield Trying(target.id, course.attempts)
        async with aclosing(attempt(made, course.ports)) as steps:
            async for step in steps:
                ended = step if isinstance(step, Ended | Exceeded) else None
                yield step
    finally:
        _judge(target, ended, course)


def _judge(target: Target, ended: Ended | Exceeded | None, course: Course) -> None:
    """Tell the breaker what came of an attempt, and count its cost."""
    breaker = course.ports.breaker
    if not isinstance(ended, Ended):
        breaker.released(target.provider.id, target.id)
        return
    course.total_usd += ended.settlement.cost_usd or 0.0
    if ended.failed is None:
        breaker.succeeded(target.provider.id, target.id)
    else:
        breaker.failed(target.provider.id, target.id, ended.failed.failure, ended.failed.retry_after_s)


async def _goes_on(number: int, failed: CallFailed, course: Course) -> bool:
    """Wait before the next attempt at the same model; False when there is no use in one, or no time for it."""
    if number >= course.plan.retries or not worth_retrying(failed, course.ask):
        return False
    wait_s = pause_s(number, failed.retry_after_s, course.ports.random)
    if course.ports.clock() + wait_s >= course.deadline:
        return False
    await course.ports.sleep(wait_s)
    return True
