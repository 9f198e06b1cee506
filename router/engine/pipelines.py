"""Pipelines: steps of several calls, which of them wait for which, carried out side by side where they can be."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import NamedTuple

from router.base.failures import RouterError, UsageError

MOST_STEPS = 8
MOST_CHARACTERS = 30_000
"""How much of a step's answer the steps after it see."""

TASKS = ("query", "research", "generate", "analyze", "code")


class Step(NamedTuple):
    """One call: `prompt` may hold `{task}`; the answers of the steps in `needs` come before it."""

    name: str
    task: str
    prompt: str
    needs: tuple[str, ...] = ()


class Done(NamedTuple):
    """A step's end: its answer, or why there is none."""

    step: Step
    text: str | None
    model: str | None = None
    cost_usd: float | None = None
    fault: str | None = None


TEMPLATES: Mapping[str, tuple[Step, ...]] = {
    "research_report": (
        Step("research", "research", "Gather facts with their sources on: {task}"),
        Step("analyze", "analyze", "What do these findings mean for: {task}", ("research",)),
        Step("report", "generate", "Write a report with sources on: {task}", ("research", "analyze")),
    ),
    "competitive_analysis": (
        Step("players", "research", "Who offers what, and at which price: {task}"),
        Step("trends", "research", "Which trends and news matter for: {task}"),
        Step("compare", "analyze", "Compare strengths and weaknesses for: {task}", ("players", "trends")),
        Step("report", "generate", "Write a competitive analysis of: {task}", ("compare",)),
    ),
    "content_pipeline": (
        Step("research", "research", "Gather facts and angles for: {task}"),
        Step("draft", "generate", "Write a first draft: {task}", ("research",)),
        Step("review", "analyze", "Find what is weak or wrong in this draft of: {task}", ("research", "draft")),
        Step("final", "generate", "Write the final text: {task}", ("draft", "review")),
    ),
    "code_review_fix": (
        Step("review", "analyze", "Review this code; name each fault with its place: {task}"),
        Step("fix", "code", "Fix every fault that the review names: {task}", ("review",)),
        Step("tests", "code", "Write tests that fail without the fixes: {task}", ("review", "fix")),
    ),
}

Call = Callable[[Step, str], Awaitable[tuple[str, str, float | None]]]
"""Carries a step's whole prompt out: text, model, cost in US dollars; raises `RouterError`."""


def checked(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps in an order in which each comes after those it needs; raises `UsageError` when there is none."""
    left = list(steps)
    if not 1 <= len(left) <= MOST_STEPS:
        raise UsageError(f"a pipeline has 1 to {MOST_STEPS} steps, found {len(left)}")
    names = {step.name for step in left}
    if len(names) != len(left):
        raise UsageError("two steps have the same name")
    ordered: list[Step] = []
    while left:
        ready = [s for s in left if all(any(d.name == need for d in ordered) for need in s.needs)]
        if not ready:
            raise UsageError(f"the step `{left[0].name[:40]}` needs a step that is not there, or itself")
        ordered += ready
        left = [step for step in left if step not in ready]
    return tuple(ordered)


async def carry_out(steps: Iterable[Step], task: str, call: Call) -> tuple[Done, ...]:
    """Every step's end, in order; steps that need none of each other run at once, what needs a failed one is left out."""
    ordered = checked(steps)
    running: dict[str, asyncio.Task[Done]] = {}
    async with asyncio.TaskGroup() as group:
        for step in ordered:
            before = [running[need] for need in step.needs]
            running[step.name] = group.create_task(_one(step, task, before, call))
    return tuple(running[step.name].result() for step in ordered)


async def _one(step: Step, task: str, before: list[asyncio.Task[Done]], call: Call) -> Done:
    needed = [await each for each in before]
    missing = [done.step.name for done in needed if done.text is None]
    if missing:
        return Done(step, None, fault=f"needs `{missing[0]}`")
    try:
        text, model, cost = await call(step, _prompt(step, task, needed))
    except RouterError as failure:
        return Done(step, None, fault=str(failure))
    return Done(step, text, model, cost)


def _prompt(step: Step, task: str, needed: list[Done]) -> str:
    parts = [f"## {done.step.name}\n{(done.text or '')[:MOST_CHARACTERS]}" for done in needed]
    return "\n\n".join([*parts, step.prompt.replace("{task}", task)])
