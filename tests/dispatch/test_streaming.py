"""Streams: text passed on as it comes, broken-off streams reported, closed ones settled."""

import asyncio
from contextlib import aclosing

import pytest

from router.base.failures import NoAnswerError
from router.dispatch.run import run
from router.model.call import Answer, Delta, Trying
from router.model.ledger import Usage
from tests.dispatch.support import PROMPT, World, ask, plan
from tests.fake_provider import FakeProvider, Gate, Step

MODELS = {
    "openai": "openai/gpt-6-luna",
    "anthropic": "anthropic/claude-haiku-5-5",
    "gemini": "gemini/gemini-3.8-flash",
    "perplexity": "perplexity/sonar",
    "ollama": "ollama/qwen3.5:latest",
}
FIRST_CHUNK = {"anthropic": 2}
"""The number of the first chunk that holds text; Anthropic sends two events before."""


@pytest.mark.parametrize("provider", MODELS)
def test_text_is_passed_on_before_the_provider_sends_more(fake: FakeProvider, provider: str) -> None:
    gate = Gate()
    second = FIRST_CHUNK.get(provider, 0) + 1
    fake.script(provider, [Step(chunks=("first ", "second"), gates={second: gate})])

    async def scene() -> list[str]:
        texts = []
        async for event in run(plan(MODELS[provider]), ask(stream=True), World(fake).ports):
            if isinstance(event, Delta):
                texts.append(event.text)
                # Had the stream been collected first, this gate would never open and the attempt time out.
                gate.open()
        return texts

    assert asyncio.run(scene()) == ["first ", "second"]


@pytest.mark.parametrize("provider", MODELS)
def test_a_stream_broken_off_after_text_is_reported_and_never_tried_again(
    fake: FakeProvider, provider: str
) -> None:
    cut = FIRST_CHUNK.get(provider, 0) + 2
    fake.always(provider, Step(chunks=("one ", "two ", "three ", "four"), cut=cut))
    world = World(fake)
    with pytest.raises(NoAnswerError) as caught:
        world.events(plan(MODELS[provider], "openai/other"), ask(stream=True))
    assert caught.value.partial == "one two "
    assert len(fake.requests) == 1
    assert world.purse.outcomes == [("failed", "truncated")]
    settlement = world.purse.settled[0][1]
    assert (settlement.usage.output, settlement.estimated) == (2, True)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "perplexity", "ollama"])
def test_a_stream_that_ends_without_its_finish_is_truncated(fake: FakeProvider, provider: str) -> None:
    fake.script(provider, [Step(chunks=("one ", "two "), ends_early=True)])
    world = World(fake)
    with pytest.raises(NoAnswerError) as caught:
        world.events(plan(MODELS[provider]), ask(stream=True))
    assert caught.value.partial == "one two "
    assert world.purse.outcomes == [("failed", "truncated")]


def test_a_stream_broken_off_before_any_text_is_tried_again(fake: FakeProvider) -> None:
    fake.script("openai", [Step(cut=0), Step("whole")])
    world = World(fake)
    assert world.answer(plan("openai/gpt-6-luna"), ask(stream=True)).text == "whole"


def test_a_stream_that_falls_silent_is_reported_with_its_text(fake: FakeProvider) -> None:
    fake.script("openai", [Step(chunks=("one ", "two"), gates={1: Gate()})])
    world = World(fake)

    async def scene() -> None:
        async for event in run(plan("openai/gpt-6-luna", deadline_s=100.0), ask(stream=True), world.ports):
            if isinstance(event, Delta):
                world.clock.now += 99.9

    with pytest.raises(NoAnswerError) as caught:
        asyncio.run(scene())
    assert caught.value.partial == "one "
    assert world.purse.outcomes == [("failed", "timeout")]


@pytest.mark.parametrize("provider", MODELS)
def test_closing_a_stream_hangs_up_on_the_provider_and_settles_what_came(
    fake: FakeProvider, provider: str
) -> None:
    after = FIRST_CHUNK.get(provider, 0) + 1
    fake.script(provider, [Step(chunks=("a" * 40, "never"), gates={after: Gate()})])
    world = World(fake)

    async def scene() -> bool:
        async with aclosing(run(plan(MODELS[provider]), ask(stream=True), world.ports)) as events:
            async for event in events:
                if isinstance(event, Delta):
                    break
        return await fake.closed_early()

    assert asyncio.run(scene())
    assert world.purse.outcomes == [("cancelled", None)]
    settlement = world.purse.settled[0][1]
    assert (settlement.usage, settlement.estimated) == (Usage(-(-len(PROMPT) // 4), 10), True)
    assert (world.purse.reserved, world.purse.twice) == ({}, 0)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("provider", MODELS)
def test_cancelling_hangs_up_on_the_provider_and_settles_once(
    fake: FakeProvider, provider: str, stream: bool
) -> None:
    gate = Gate()
    fake.script(provider, [Step(gate=gate)])
    world = World(fake)

    async def scene() -> bool:
        call = asyncio.create_task(world.collected(plan(MODELS[provider], "openai/other"), ask(stream=stream)))
        await gate.arrived()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        return await fake.closed_early()

    assert asyncio.run(scene())
    assert world.purse.outcomes == [("cancelled", None)]
    assert len(fake.requests) == 1
    assert (world.purse.reserved, world.purse.twice) == ({}, 0)
    settlement = world.purse.settled[0][1]
    assert settlement.usage == Usage(-(-len(PROMPT) // 4), 0)
    assert settlement.estimated


def test_a_call_cancelled_while_money_is_set_aside_gives_it_back(fake: FakeProvider) -> None:
    world = World(fake)

    async def scene() -> None:
        loop = asyncio.get_running_loop()
        call = asyncio.create_task(world.collected(plan("openai/gpt-6-luna"), ask()))
        # Runs in the purse's thread: the task is told to end before it can learn of its reservation.
        world.purse.on_reserve = lambda: loop.call_soon_threadsafe(call.cancel)
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(scene())
    assert world.purse.claims
    assert world.purse.outcomes == [("cancelled", None)]
    assert world.purse.settled[0][1].cost_usd == 0.0
    assert (world.purse.reserved, fake.requests) == ({}, [])


def test_progress_is_told_in_order(fake: FakeProvider) -> None:
    fake.script("openai", [Step(status=500), Step(chunks=("a", "b"))])
    events = World(fake).events(plan("openai/gpt-6-luna"), ask(stream=True))
    assert [type(event).__name__ for event in events] == [
        "Trying", "Failed", "Trying", "Delta", "Delta", "Answer",
    ]  # fmt: skip
    assert [event.attempt for event in events if isinstance(event, Trying)] == [1, 2]
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.first_token_ms is not None
