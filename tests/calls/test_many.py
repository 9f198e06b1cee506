"""Many calls at once, and calls that are given up: each is answered or settled, none is lost or counted twice."""

import asyncio
from contextlib import aclosing

import pytest

from router.engine.asking import Decided, Service, answer_of
from router.engine.serving import open_service
from router.model.call import Ask, Delta
from router.record.sums import sums
from tests.calls.conftest import SECRET
from tests.fake_provider import FakeProvider, Gate, Step
from tests.flow.flow_world import Shell

POLICY = "rule pin\n  route to openai/gpt-6-luna\nrule limit\n  cap total at $5.00/day\n"
LUNA = "openai/gpt-6-luna"


@pytest.fixture
def service(shell: Shell, provider: FakeProvider) -> Service:
    shell.rules(POLICY)
    environ = {
        "HOME": str(shell.home), "PATH": "", "OPENAI_API_KEY": SECRET, "OLLAMA_BASE_URL": "http://127.0.0.1:9",
        "OPENAI_BASE_URL": provider.base_url("openai"),
    }  # fmt: skip
    return open_service(shell.repo, environ)


def question(text: str, *, stream: bool = False) -> Ask:
    return Ask(({"role": "user", "content": text},), stream=stream)


def test_thirty_two_calls_at_once_lose_nothing(service: Service, provider: FakeProvider) -> None:
    async def every() -> list[str]:
        asked = [service.router.request(f"what is {number}?", session=f"s{number}") for number in range(32)]
        done = await asyncio.gather(*(answer_of(service, each, question(each.prompt), "library") for each in asked))
        return [decided.id for decided, _ in done]

    ids = asyncio.run(every())
    assert len(set(ids)) == 32 == len(provider.requests)
    (whole,) = sums(service.records.store, ())
    assert (whole.attempts, whole.answered) == (32, 32)
    assert len(sums(service.records.store, ("session",))) == 32


def test_a_call_that_is_given_up_stops_upstream_and_is_settled_once(service: Service, provider: FakeProvider) -> None:
    gate = Gate()
    provider.script(LUNA, [Step(chunks=("one ", "two ", "three"), gates={2: gate})])

    async def given_up() -> bool:
        request = service.router.request("count for me", session="s")
        async with aclosing(service.ask(request, question("count for me", stream=True), "library")) as events:
            async for event in events:
                assert isinstance(event, Decided) or event is not None
                if isinstance(event, Delta):
                    break
        return await provider.closed_early()

    assert asyncio.run(given_up())
    (whole,) = sums(service.records.store, ("outcome",))
    assert (whole.by["outcome"], whole.attempts) == ("cancelled", 1)
    assert whole.cost_usd > 0


def test_a_task_that_is_cancelled_leaves_nothing_reserved(service: Service, provider: FakeProvider) -> None:
    provider.script(LUNA, [Step(hang=True)])

    async def cancelled() -> None:
        request = service.router.request("wait for me", session="s")
        task = asyncio.create_task(answer_of(service, request, question("wait for me"), "library"))
        await asyncio.to_thread(_until, lambda: bool(provider.requests))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await provider.closed_early()

    asyncio.run(cancelled())
    (whole,) = sums(service.records.store, ("outcome",))
    assert (whole.by["outcome"], whole.attempts) == ("cancelled", 1)
    with service.records.store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM reservations").scalar_one() == 0
        assert connection.exec_driver_sql("SELECT sum(reserved_nano) FROM tallies").scalar_one() == 0


def _until(holds: object) -> None:
    assert callable(holds)
    while not holds():
        pass
