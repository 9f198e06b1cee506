"""A plan carried out: its models in order, each checked, paid for and tried, until one answers."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

from router.base.failures import BudgetExceededError, NoAnswerError
from router.dispatch.attempt import Ended, attempt
from router.dispatch.attempted import Attempt
from router.dispatch.backoff import pause_s, worth_retrying
from router.dispatch.ports import CallFailed, Ports, Target
from router.dispatch.targets import target_of
from router.dispatch.telling import exceeded_line, nothing_answered
from router.dispatch.ways import way_to
from router.model.call import Answer, Ask, Delta, Event, Failed, Hop, Plan, Tried, Trying
from router.model.ledger import Claim, Exceeded


@dataclass(slots=True)
class _Course:
    """How far a call has come."""

    deadline: float
    attempts: int = 0
    total_usd: float = 0.0
    tried: list[Tried] = field(default_factory=list)
    exceeded: list[Exceeded] = field(default_factory=list)


async def run(plan: Plan, ask: Ask, ports: Ports) -> AsyncGenerator[Event, None]:
    """Call the plan's models until one answers, telling of every step; the answer is the last event.

    Raises `BudgetExceededError` when only caps stood in the way, else `NoAnswerError`. Close it (`aclosing`) when the
    rest is not wanted: that stops the call and settles it, as cancelling does.
    """
    course = _Course(ports.clock() + plan.deadline_s)
    for id_, emergency in _hops(plan):
        if ports.clock() >= course.deadline:
            yield _note(course, Tried(id_, skipped=f"the deadline of {plan.deadline_s:g} s has passed"))
            continue
        async with aclosing(_one_model(id_, emergency, plan, ask, ports, course)) as events:
            async for event in events:
                yield event
                if isinstance(event, Answer):
                    return
    if course.exceeded and len(course.exceeded) == len(course.tried):
        raise BudgetExceededError(exceeded_line(course.exceeded))
    raise NoAnswerError(nothing_answered(course.tried), tuple(course.tried))


def _hops(plan: Plan) -> Iterator[tuple[str, bool]]:
    """Each model once, with whether it is of the emergency chain."""
    chain = dict.fromkeys(plan.chain, False)
    yield from (chain | {id_: True for id_ in plan.emergency if id_ not in chain}).items()


async def _one_model(
    id_: str, emergency: bool, plan: Plan, ask: Ask, ports: Ports, course: _Course
) -> AsyncGenerator[Event, None]:
    """Every attempt at one model; ends with its answer, or with what became of it."""
    estimate = ports.catalogue.estimate_usd(id_, plan.input_tokens, plan.output_tokens)
    hop = plan.check(id_, estimate)
    target = target_of(id_, ports.catalogue, ports.keys)
    way = target if isinstance(target, str) else await way_to(target, ask, ports)
    if hop.stop or isinstance(way, str) or isinstance(target, str):
        yield _note(course, Tried(id_, skipped=hop.stop or str(way)))
        return
    for number in range(1 + plan.retries):
        if reason := ports.breaker.admit(target.provider.id, id_):
            yield _note(course, Tried(id_, skipped=reason))
            return
        course.attempts += 1
        claim = _claim(plan, ask, target, estimate, hop, course.attempts)
        made = Attempt(target, ask, claim, plan.attempt_s, course.deadline, way)
        yield Trying(id_, course.attempts)
        ended: Ended | Exceeded | None = None
        try:
            async with aclosing(attempt(made, ports)) as steps:
                async for step in steps:
                    if isinstance(step, Delta):
                        yield step
                    else:
                        ended = step
        finally:
            if not isinstance(ended, Ended):
                ports.breaker.released(target.provider.id, id_)
        if isinstance(ended, Exceeded):
            course.exceeded.append(ended)
            yield _note(course, Tried(id_, skipped=exceeded_line([ended])))
            return
        assert ended is not None
        course.total_usd += ended.settlement.cost_usd or 0.0
        if ended.failed is None:
            ports.breaker.succeeded(target.provider.id, id_)
            yield _answer(target, ended, emergency, course)
            return
        ports.breaker.failed(target.provider.id, id_, ended.failed.failure, ended.failed.retry_after_s)
        yield _note(course, _tried(id_, ended, ended.failed))
        if ask.stream and ended.got.texts:
            raise NoAnswerError(nothing_answered(course.tried), tuple(course.tried), partial=ended.got.text)
        if not worth_retrying(ended.failed, ask) or not await _paused(number, plan, ended.failed, ports, course):
            return


async def _paused(number: int, plan: Plan, failed: CallFailed, ports: Ports, course: _Course) -> bool:
    """Wait before the next attempt at the same model; False when none is left, or no time for it."""
    if number >= plan.retries:
        return False
    wait_s = pause_s(number, failed.retry_after_s, ports.random)
    if ports.clock() + wait_s >= course.deadline:
        return False
    await ports.sleep(wait_s)
    return True


def _claim(plan: Plan, ask: Ask, target: Target, estimate: float | None, hop: Hop, attempt: int) -> Claim:
    return Claim(
        plan.call_id, attempt, plan.decision_id, ask.kind, target.id, target.provider.id,
        plan.task, plan.complexity, estimate, hop.caps, plan.asker,
    )  # fmt: skip


def _note(course: _Course, tried: Tried) -> Failed:
    course.tried.append(tried)
    return Failed(tried)


def _tried(id_: str, ended: Ended, failed: CallFailed) -> Tried:
    settled = ended.settlement
    return Tried(id_, None, failed.failure, failed.text, settled.latency_ms, settled.cost_usd)


def _answer(target: Target, ended: Ended, emergency: bool, course: _Course) -> Answer:
    settled, said = ended.settlement, ended.got.last
    return Answer(
        text=ended.got.text,
        model=target.id,
        provider=target.provider.id,
        reported_model=said.reported_model,
        usage=settled.usage,
        cost_usd=settled.cost_usd,
        total_usd=course.total_usd,
        estimated=settled.estimated,
        latency_ms=settled.latency_ms,
        first_token_ms=settled.first_token_ms,
        tried=tuple(course.tried),
        finish_reason=said.finish_reason,
        tool_calls=said.tool_calls,
        citations=said.citations,
        files=said.files,
        emergency=emergency,
    )
