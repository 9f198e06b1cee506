"""Each provider's wire format, through LiteLLM."""

from collections.abc import Iterator

import pytest

from router.model.call import Answer, Delta
from router.model.ledger import Usage
from tests.dispatch.support import KEY, PROMPT, World, ask, plan
from tests.fake_provider import FakeProvider, Step

MODELS = [
    "openai/gpt-6-luna",
    "anthropic/claude-haiku-5-5",
    "gemini/gemini-3.8-flash",
    "perplexity/sonar",
    "ollama/qwen3.5:latest",
    "gateway/whatever-it-serves",
]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider() as server:
        yield server


@pytest.mark.parametrize("model", MODELS)
def test_a_whole_answer_comes_with_its_tokens(fake: FakeProvider, model: str) -> None:
    provider, _, name = model.partition("/")
    fake.script(model, [Step("the tide tables are wrong", usage=Usage(40, 9))])
    world = World(fake)
    answer = world.answer(plan(model), ask())
    assert (answer.text, answer.model, answer.provider) == ("the tide tables are wrong", model, provider)
    assert (answer.usage, answer.finish_reason) == (Usage(40, 9), "stop")
    assert [(seen.provider, seen.model) for seen in fake.requests] == [(provider, name)]
    assert PROMPT in str(fake.requests[0].body)
    assert world.purse.outcomes == [("answered", None)]
    assert world.purse.reserved == {}


@pytest.mark.parametrize("model", MODELS)
def test_a_stream_comes_in_pieces_with_its_tokens(fake: FakeProvider, model: str) -> None:
    fake.script(model, [Step(chunks=("the tide ", "tables ", "are wrong"), usage=Usage(40, 9))])
    world = World(fake)
    events = world.events(plan(model), ask(stream=True))
    answer = events[-1]
    assert [event.text for event in events if isinstance(event, Delta)] == ["the tide ", "tables ", "are wrong"]
    assert isinstance(answer, Answer)
    assert (answer.text, answer.usage, answer.finish_reason) == ("the tide tables are wrong", Usage(40, 9), "stop")
    assert fake.requests[0].streams
    assert KEY not in str(fake.requests)
