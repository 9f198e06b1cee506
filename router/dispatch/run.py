"""A plan carried out: its models in order, each checked, paid for and tried, until one answers."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from router.base.failures import BudgetExceededError, NoAnswerError
from router.dispatch.course import Course
from router.dispatch.hop import one_model
from router.dispatch.ports import Ports
from router.dispatch.telling import exceeded_line, nothing_answered
from router.model.call import Answer, Ask, Event, Plan


async def run(plan: Plan, ask: Ask, ports: Ports) -> AsyncGenerator[Event, None]:
    """Call the plan's models until one answers, telling of every step; the answer is the last event.

    Raises `BudgetExceededError` when only caps stood in the way, else `NoAnswerError`. Close it (`aclosing`) when the
    rest is not wanted: that stops the call and settles it, as cancelling does.
    """
    course = Course(plan, ask, ports, ports.clock() + plan.deadline_s)
    for id_, emergency in _hops(plan):
        if course.is_over:
            yield course.skipped(id_, f"the deadline of {plan.deadline_s:g} s has passed")
            continue
        async with aclosing(one_model(id_, emergency, course)) as events:
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
