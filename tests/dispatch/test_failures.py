"""What each failure is taken for, whether it is tried again, and what is told of it."""

import pytest

from router.base.failures import NoAnswerError
from router.model.call import Tried
from tests.dispatch.support import KEY, PROMPT, World, ask, plan
from tests.fake_provider import FakeProvider, Step

MODELS = {
    "openai": "openai/gpt-6-luna",
    "anthropic": "anthropic/claude-haiku-5-5",
    "gemini": "gemini/gemini-3.8-flash",
    "perplexity": "perplexity/sonar",
    "ollama": "ollama/qwen3.5:latest",
}
ERRORS = [
    # status, code, message, what it is, whether it is tried again
    (401, "authentication_error", "invalid x-api-key", "auth", False),
    (403, "permission_error", "no access", "auth", False),
    (402, "billing", "out of credits", "auth", False),
    (404, "not_found_error", "the model does not exist", "not_found", False),
    (400, "invalid_request_error", "unknown parameter", "bad_request", False),
    (400, "invalid_request_error", "prompt is too long: 200001 tokens > 200000 maximum", "context_window", False),
    (400, "content_policy_violation", "rejected by our safety system", "content_filter", False),
    (429, "rate_limit_error", "slow down", "rate_limit", True),
    (429, "insufficient_quota", "You exceeded your current quota", "rate_limit", False),
    (500, "api_error", "internal", "server", True),
    (502, "api_error", "bad gateway", "server", True),
    (503, "api_error", "unavailable", "overloaded", True),
    (529, "overloaded_error", "Overloaded", "overloaded", True),
]


def last(world: World, model: str, **more: object) -> Tried:
    """What became of the last model tried, of a call that nobody answered."""
    with pytest.raises(NoAnswerError) as caught:
        world.answer(plan(model, retries=1), ask(**more))
    tried = caught.value.tried[-1]
    assert isinstance(tried, Tried)
    return tried


@pytest.mark.parametrize("provider", MODELS)
@pytest.mark.parametrize(("status", "code", "message", "failure", "again"), ERRORS)
def test_an_error_is_told_apart_and_tried_again_only_if_that_can_help(
    fake: FakeProvider, provider: str, status: int, code: str, message: str, failure: str, again: bool
) -> None:
    fake.always(provider, Step(status=status, code=code, error=message))
    world = World(fake)
    tried = last(world, MODELS[provider])
    assert (tried.failure, tried.error) == (failure, message)
    assert len(fake.requests) == len(world.purse.settled) == (2 if again else 1)
    assert {settlement.cost_usd for _, settlement in world.purse.settled} == {0.0}


@pytest.mark.parametrize("provider", MODELS)
@pytest.mark.parametrize("stream", [False, True])
def test_a_dropped_connection_is_tried_again(fake: FakeProvider, provider: str, stream: bool) -> None:
    fake.script(provider, [Step(drop=True), Step("back again")])
    world = World(fake)
    assert world.answer(plan(MODELS[provider]), ask(stream=stream)).text == "back again"
    assert world.purse.outcomes == [("failed", "connection"), ("answered", None)]


@pytest.mark.parametrize("provider", MODELS)
def test_a_whole_answer_cut_short_is_tried_again(fake: FakeProvider, provider: str) -> None:
    fake.script(provider, [Step("x" * 500, cut=1), Step("whole now")])
    world = World(fake)
    assert world.answer(plan(MODELS[provider]), ask()).text == "whole now"
    assert world.purse.outcomes == [("failed", "truncated"), ("answered", None)]


@pytest.mark.parametrize("provider", MODELS)
@pytest.mark.parametrize("stream", [False, True])
def test_an_empty_answer_goes_to_the_next_model_and_is_paid(
    fake: FakeProvider, provider: str, stream: bool
) -> None:
    fake.script(provider, [Step("")])
    fake.script("openai/other", [Step("something")])
    world = World(fake)
    answer = world.answer(plan(MODELS[provider], "openai/other"), ask(stream=stream))
    assert (answer.text, answer.model) == ("something", "openai/other")
    assert world.purse.outcomes == [("failed", "empty"), ("answered", None)]
    assert [(tried.model, tried.failure) for tried in answer.tried] == [(MODELS[provider], "empty")]


def test_an_answer_that_the_filter_held_back_counts_as_refused(fake: FakeProvider) -> None:
    fake.script("openai/gpt-6-luna", [Step("", finish="content_filter")])
    world = World(fake)
    assert world.answer(plan("openai/gpt-6-luna", "openai/other"), ask()).model == "openai/other"
    assert world.purse.outcomes == [("refused", "content_filter"), ("answered", None)]


def test_an_unreachable_address_is_a_connection_failure(fake: FakeProvider) -> None:
    gone = FakeProvider()
    with gone:
        pass
    tried = last(World(gone), "openai/gpt-6-luna")
    assert tried.failure == "connection"


@pytest.mark.parametrize("stream", [False, True])
def test_silence_before_the_first_token_is_a_timeout_and_tried_again(fake: FakeProvider, stream: bool) -> None:
    fake.always("openai", Step(hang=True))
    world = World(fake)
    with pytest.raises(NoAnswerError, match=r"no answer within 0\.2 s, before the first token"):
        world.answer(plan("openai/gpt-6-luna", attempt_s=0.2, retries=1), ask(stream=stream))
    assert world.purse.outcomes == [("failed", "timeout")] * 2
    # The provider may have worked all the while, so what it was asked is counted.
    assert all(done.estimated and done.usage.input for _, done in world.purse.settled)


def test_the_provider_says_how_long_to_wait(fake: FakeProvider) -> None:
    fake.script("openai", [Step(status=429, headers={"retry-after": "7"}), Step("ok")])
    world = World(fake)
    world.answer(plan("openai/gpt-6-luna"), ask())
    assert world.clock.slept == [7.0]


def test_a_date_to_come_back_counts_from_the_answers_own(fake: FakeProvider) -> None:
    headers = {"date": "Wed, 21 Oct 2026 07:28:00 GMT", "retry-after": "Wed, 21 Oct 2026 07:28:09 GMT"}
    fake.script("openai", [Step(status=429, headers=headers), Step("ok")])
    world = World(fake)
    world.answer(plan("openai/gpt-6-luna"), ask())
    assert world.clock.slept == [9.0]


def test_waits_double_and_are_jittered(fake: FakeProvider) -> None:
    fake.always("openai", Step(status=500))
    world = World(fake)
    with pytest.raises(NoAnswerError):
        world.answer(plan("openai/gpt-6-luna", retries=3), ask())
    assert world.clock.slept == [0.25, 0.5, 1.0]


@pytest.mark.parametrize("provider", MODELS)
@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_no_error_tells_the_key_or_the_prompt(fake: FakeProvider, provider: str, status: int) -> None:
    message = f"cannot serve {KEY} asking {PROMPT!r} \n on two lines"
    fake.always(provider, Step(status=status, error=message))
    world = World(fake)
    with pytest.raises(NoAnswerError) as caught:
        world.answer(plan(MODELS[provider], retries=0), ask())
    told = f"{caught.value} {caught.value.tried} {world.purse.settled} {world.warnings}"
    assert "cannot serve" in told
    assert KEY not in told
    assert not [start for start in range(len(PROMPT) - 15) if PROMPT[start : start + 16] in told]
    assert "\n" not in told
