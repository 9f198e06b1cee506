"""A chain: its order, the policy asked at each hop, caps, the deadline, and the emergency chain."""

import asyncio
from collections import Counter
from contextlib import aclosing

import pytest

from router.base.failures import BudgetExceededError, NoAnswerError, StoreError
from router.dispatch.breaker import Breaker
from router.dispatch.run import run
from router.model.call import Answer, Hop, Trying
from router.model.decision import Cap
from router.model.ledger import Asker, Reservation, Settlement
from tests.dispatch.support import FakeKeys, MemoryPurse, World, ask, plan
from tests.fake_provider import FakeProvider, Gate, Step

LUNA, OTHER, HAIKU, SONAR = "openai/gpt-6-luna", "openai/other", "anthropic/claude-haiku-5-5", "perplexity/sonar"
DAILY = Cap(("task", "query"), 0.0015, "day", "small-change")


def test_models_are_tried_in_order_until_one_answers(fake: FakeProvider) -> None:
    fake.always(LUNA, Step(status=401))
    fake.always(HAIKU, Step(status=404))
    fake.script("perplexity", [Step("the third")])
    world = World(fake)
    answer = world.answer(plan(LUNA, HAIKU, SONAR), ask())
    assert (answer.text, answer.model, answer.emergency) == ("the third", SONAR, False)
    assert [(tried.model, tried.failure) for tried in answer.tried] == [(LUNA, "auth"), (HAIKU, "not_found")]
    assert [(claim.call_id, claim.attempt) for claim in world.purse.claims] == [("c1", 1), ("c1", 2), ("c1", 3)]


def test_every_hop_is_checked_at_its_own_price(fake: FakeProvider) -> None:
    asked: dict[str, float | None] = {}

    def check(model: str, usd: float | None) -> Hop:
        asked[model] = usd
        return Hop(stop="denied by `no-haiku`" if model == HAIKU else None)

    fake.always(LUNA, Step(status=500))
    world = World(fake)
    answer = world.answer(plan(LUNA, HAIKU, "gateway/x", SONAR, check=check), ask())
    assert answer.model == "gateway/x"
    assert asked == {LUNA: pytest.approx(0.002), HAIKU: pytest.approx(0.002), "gateway/x": None}
    assert fake.seen("anthropic") == []
    assert [tried.skipped for tried in answer.tried if tried.model == HAIKU] == ["denied by `no-haiku`"]
    assert HAIKU not in {claim.model for claim in world.purse.claims}


def test_a_claim_says_what_it_is_for(fake: FakeProvider) -> None:
    world = World(fake)
    asker = Asker("cli", "ada", "claude-code", "s1", "github.com/x/y", "reviewer")
    world.answer(plan(LUNA, caps=(Cap(("task", "query"), 1.0, "day", "r"),), asker=asker), ask(kind="judge"))
    claim = world.purse.claims[0]
    assert (claim.decision_id, claim.kind, claim.model, claim.provider) == ("d1", "judge", LUNA, "openai")
    assert (claim.task, claim.complexity, claim.asker) == ("query", "simple", asker)
    assert claim.estimate_usd == pytest.approx(0.002)
    assert [cap.rule for cap in claim.caps] == ["r"]


def test_a_cap_stops_the_call_and_is_named_with_what_is_spent(fake: FakeProvider) -> None:
    world = World(fake)
    with pytest.raises(BudgetExceededError) as caught:
        world.answer(plan(LUNA, HAIKU, caps=(DAILY,)), ask())
    assert fake.requests == []
    message = str(caught.value)
    assert "$0.0015 per day on task query" in message
    assert "$0.0000 spent" in message
    assert "`small-change`" in message


def test_a_cap_in_the_way_of_one_model_lets_a_cheaper_one_answer(fake: FakeProvider) -> None:
    world = World(fake)
    answer = world.answer(plan(LUNA, "ollama/qwen3.5:latest", caps=(DAILY,)), ask())
    assert answer.model == "ollama/qwen3.5:latest"
    assert "leaves no room" in str(answer.tried[0].skipped)


def test_failures_and_caps_together_are_no_budget_error(fake: FakeProvider) -> None:
    fake.always("ollama", Step(status=500))
    with pytest.raises(NoAnswerError, match=r"leaves no room.*`ollama/qwen3\.5:latest` server"):
        World(fake).answer(plan(LUNA, "ollama/qwen3.5:latest", caps=(DAILY,)), ask())


def test_what_failed_attempts_cost_is_in_the_total(fake: FakeProvider) -> None:
    fake.script(LUNA, [Step("")])
    answer = World(fake).answer(plan(LUNA, HAIKU), ask())
    assert answer.cost_usd == pytest.approx(22e-6)
    assert answer.total_usd == pytest.approx(44e-6)


def test_no_wait_is_begun_that_the_deadline_would_cut(fake: FakeProvider) -> None:
    fake.always(LUNA, Step(status=429, headers={"retry-after": "60"}))
    world = World(fake)
    assert world.answer(plan(LUNA, HAIKU, deadline_s=100.0, retries=5), ask()).model == HAIKU
    assert world.clock.slept == [60.0]
    assert world.purse.outcomes == [("failed", "rate_limit"), ("failed", "rate_limit"), ("answered", None)]


def test_one_deadline_holds_for_the_whole_chain(fake: FakeProvider) -> None:
    fake.always(LUNA, Step(status=401))
    fake.script("anthropic", [Step(hang=True)])
    world = World(fake)

    async def scene() -> None:
        async for event in run(plan(LUNA, HAIKU, deadline_s=100.0, retries=5), ask(), world.ports):
            if event == Trying(HAIKU, 2):
                world.clock.now += 99.8

    with pytest.raises(NoAnswerError, match=r"no answer within 0\.2 s"):
        asyncio.run(scene())
    assert world.purse.outcomes == [("failed", "auth"), ("failed", "timeout")]


def test_models_after_the_deadline_are_not_called(fake: FakeProvider) -> None:
    world = World(fake)

    def check(model: str, usd: float | None) -> Hop:
        world.clock.now += 20.0
        return Hop(stop="denied")

    with pytest.raises(NoAnswerError, match=f"`{HAIKU}` skipped, the deadline of 10 s has passed"):
        world.answer(plan(LUNA, HAIKU, deadline_s=10.0, check=check), ask())
    assert fake.requests == []


def test_the_emergency_chain_answers_when_the_chain_is_exhausted(fake: FakeProvider) -> None:
    fake.always("openai", Step(status=503))
    answer = World(fake).answer(plan(LUNA, emergency=(LUNA, HAIKU), retries=0), ask())
    assert (answer.model, answer.emergency) == (HAIKU, True)
    assert len(fake.seen("openai")) == 1


def test_a_model_of_both_chains_answers_in_its_own_turn(fake: FakeProvider) -> None:
    answer = World(fake).answer(plan(LUNA, emergency=(HAIKU, LUNA)), ask())
    assert (answer.model, answer.emergency) == (LUNA, False)


def test_the_emergency_chain_obeys_denials_and_caps(fake: FakeProvider) -> None:
    def check(model: str, usd: float | None) -> Hop:
        return Hop(caps=(DAILY,), stop="denied by `never`" if model == HAIKU else None)

    fake.always("ollama", Step(status=503))
    world = World(fake)
    with pytest.raises(NoAnswerError) as caught:
        world.answer(plan("ollama/qwen3.5:latest", emergency=(HAIKU, SONAR), check=check, retries=0), ask())
    skipped = [tried.skipped for tried in caught.value.tried if hasattr(tried, "skipped")]
    assert skipped[0] is None
    assert skipped[1] == "denied by `never`"
    assert "leaves no room" in str(skipped[2])
    assert [seen.provider for seen in fake.requests] == ["ollama"]


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("nobody/x", "no provider `nobody` in the catalogue"),
        (LUNA, "no key for OpenAI: set OPENAI_API_KEY"),
        ("codex/gpt-6-luna", "Codex CLI is not installed: no `codex` on PATH, and CODEX_PATH names none"),
    ],
)
def test_what_cannot_be_called_is_skipped_with_what_would_do(
    fake: FakeProvider, model: str, reason: str
) -> None:
    world = World(fake, keys=FakeKeys(fake, without=frozenset({"openai"})))
    with pytest.raises(NoAnswerError) as caught:
        world.answer(plan(model), ask())
    assert [getattr(tried, "skipped", None) for tried in caught.value.tried] == [reason]
    assert world.purse.claims == []


def test_an_empty_chain_says_so(fake: FakeProvider) -> None:
    with pytest.raises(NoAnswerError, match="the chain is empty"):
        World(fake).answer(plan(), ask())


def test_a_model_that_keeps_failing_is_left_alone(fake: FakeProvider) -> None:
    world = World(fake)
    world.breaker = Breaker(world.clock, threshold=2, cooldown_s=30)
    fake.always(LUNA, Step(status=500))
    assert world.answer(plan(LUNA, OTHER, retries=1), ask()).model == OTHER
    answer = world.answer(plan(LUNA, OTHER, retries=1), ask())
    assert [seen.model for seen in fake.requests] == ["gpt-6-luna", "gpt-6-luna", "other", "other"]
    assert "failed 2 times in a row" in str(answer.tried[0].skipped)


def test_a_bad_key_closes_the_whole_provider(fake: FakeProvider) -> None:
    world = World(fake)
    world.breaker = Breaker(world.clock, threshold=1, cooldown_s=30)
    fake.always("openai", Step(status=401))
    assert world.answer(plan(LUNA, OTHER, HAIKU), ask()).model == HAIKU
    assert len(fake.seen("openai")) == 1


def test_a_cancelled_probe_lets_the_next_call_probe(fake: FakeProvider) -> None:
    world = World(fake)
    world.breaker = Breaker(world.clock, threshold=1, cooldown_s=30)
    gate = Gate()
    fake.script("openai", [Step(status=500), Step(gate=gate), Step("probed")])
    with pytest.raises(NoAnswerError):
        world.answer(plan(LUNA, retries=0), ask())
    world.clock.now += 31

    async def scene() -> Answer:
        call = asyncio.create_task(world.collected(plan(LUNA), ask()))
        await gate.arrived()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        last = (await world.collected(plan(LUNA), ask()))[-1]
        assert isinstance(last, Answer)
        return last

    assert asyncio.run(scene()).text == "probed"


@pytest.mark.slow
@pytest.mark.parametrize("stream", [False, True])
def test_32_calls_at_once_lose_nothing(fake: FakeProvider, stream: bool) -> None:
    fake.script("openai", [Step(status=500)] * 8)
    gate = Gate()
    fake.script("anthropic", [Step(gate=gate)] * 16)
    world = World(fake)

    async def one(number: int) -> Answer:
        chain = (LUNA,) if number % 2 else (HAIKU,)
        made = plan(*chain, call_id=f"c{number}", retries=9)
        last = [event async for event in run(made, ask(f"number {number}", stream=stream), world.ports)][-1]
        assert isinstance(last, Answer)
        return last

    async def scene() -> list[Answer]:
        calls = [asyncio.create_task(one(number)) for number in range(32)]
        await gate.arrived()
        gate.open()
        return await asyncio.gather(*calls)

    answers = asyncio.run(scene())
    assert [answer.text for answer in answers] == ["hello from the fake"] * 32
    assert Counter(claim.call_id for claim, done in world.purse.settled if done.outcome == "answered") == {
        f"c{number}": 1 for number in range(32)
    }
    assert Counter(outcome for outcome, _ in world.purse.outcomes) == {"answered": 32, "failed": 8}
    assert (world.purse.reserved, world.purse.twice) == ({}, 0)


class BrokenPurse(MemoryPurse):
    """A purse whose store breaks between reservation and settlement."""

    def settle(self, reservation: Reservation, settlement: Settlement) -> None:
        """Fails, as a full disk would make it."""
        raise StoreError("the store is full", "full")


def test_an_answer_is_not_lost_when_its_cost_cannot_be_written_down(fake: FakeProvider) -> None:
    world = World(fake, purse=BrokenPurse())
    assert world.answer(plan(LUNA), ask()).text == "hello from the fake"
    assert world.warnings == ["the cost of a call could not be written down: the store is full"]


def test_a_call_left_while_it_tells_of_a_probe_lets_the_next_one_probe(fake: FakeProvider) -> None:
    world = World(fake)
    world.breaker = Breaker(world.clock, threshold=1, cooldown_s=30)
    fake.script("openai", [Step(status=500), Step("probed")])
    with pytest.raises(NoAnswerError):
        world.answer(plan(LUNA, retries=0), ask())
    world.clock.now += 31

    async def scene() -> str:
        async with aclosing(run(plan(LUNA), ask(), world.ports)) as events:
            assert await anext(events) == Trying(LUNA, 1)
        last = (await world.collected(plan(LUNA), ask()))[-1]
        assert isinstance(last, Answer)
        return last.text

    assert asyncio.run(scene()) == "probed"
