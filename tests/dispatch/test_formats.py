"""Each provider's wire format, through LiteLLM."""

import asyncio
import json

import pytest

from router.model.call import Answer, Ask, Delta
from router.model.ledger import Usage
from tests.dispatch.support import KEY, PROMPT, World, ask, plan
from tests.fake_provider import FakeProvider, Step, tool_call

MODELS = [
    "openai/gpt-6-luna",
    "anthropic/claude-haiku-5-5",
    "gemini/gemini-3.8-flash",
    "perplexity/sonar",
    "ollama/qwen3.5:latest",
    "gateway/whatever-it-serves",
]


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


@pytest.mark.parametrize("model", ["openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "gemini/gemini-3.8-flash"])
def test_cached_tokens_are_told_and_cost_less(fake: FakeProvider, model: str) -> None:
    fake.script(model, [Step(usage=Usage(1000, 100, 800))])
    answer = World(fake).answer(plan(model), ask())
    assert answer.usage == Usage(1000, 100, 800)
    assert answer.cost_usd == pytest.approx((200 * 1.0 + 800 * 0.1 + 100 * 2.0) / 1e6)
    assert not answer.estimated


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", ["perplexity/sonar", "openai/gpt-6-luna"])
def test_sources_of_a_searching_model_come_along(fake: FakeProvider, model: str, stream: bool) -> None:
    sources = ("https://tides.example/a", "https://tides.example/b")
    fake.script(model, [Step(citations=sources)])
    assert World(fake).answer(plan(model), ask(stream=stream)).citations == sources


TOOL = {
    "type": "function",
    "function": {
        "name": "tide",
        "description": "the tide at a place",
        "parameters": {"type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]},
    },
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "model",
    ["openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "gemini/gemini-3.8-flash", "ollama/qwen3.5:latest"],
)
def test_tools_go_out_and_their_calls_come_back(fake: FakeProvider, model: str, stream: bool) -> None:
    fake.script(model, [Step("", tool_calls=(tool_call("tide", {"place": "north harbour"}),))])
    answer = World(fake).answer(plan(model), ask(tools=(TOOL,), stream=stream))
    assert "the tide at a place" in str(fake.requests[0].body)
    assert answer.finish_reason == "tool_calls"
    assert [call["function"]["name"] for call in answer.tool_calls] == ["tide"]
    assert json.loads(answer.tool_calls[0]["function"]["arguments"]) == {"place": "north harbour"}


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize("model", MODELS[:3])
def test_an_image_in_a_message_reaches_the_model(fake: FakeProvider, model: str) -> None:
    content = [
        {"type": "text", "text": "what is this"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}},
    ]
    World(fake).answer(plan(model), Ask(({"role": "user", "content": content},)))
    assert PIXEL in json.dumps(fake.requests[0].body)


def test_nobody_asks_ollama_what_its_models_cost(fake: FakeProvider) -> None:
    # The library would, after the answer and with the whole loop standing still until Ollama replies.
    unlisted = "ollama/never-asked-before:1b"

    async def scene() -> None:
        for stream in (False, True, False):
            await World(fake).collected(plan(unlisted), ask(stream=stream))

    asyncio.run(scene())
    assert (len(fake.requests), fake.asked_beside) == (3, 0)


def test_parameters_are_passed_on(fake: FakeProvider) -> None:
    asked = ask(
        temperature=0.25, max_tokens=77, stop=("END",), response_format={"type": "json_object"}, tools=(TOOL,),
        tool_choice="required",
    )  # fmt: skip
    World(fake).answer(plan("gateway/some-model"), asked)
    body = fake.requests[0].body
    sent = {name: body[name] for name in ("temperature", "max_tokens", "stop", "response_format", "tool_choice")}
    assert sent == {
        "temperature": 0.25, "max_tokens": 77, "stop": ["END"], "response_format": {"type": "json_object"},
        "tool_choice": "required",
    }  # fmt: skip


def test_a_length_limit_is_told_exactly(fake: FakeProvider) -> None:
    fake.script("openai", [Step("half a sent", finish="length")])
    assert World(fake).answer(plan("openai/gpt-6-luna"), ask()).finish_reason == "length"


def test_unreported_tokens_are_estimated_and_said_to_be(fake: FakeProvider) -> None:
    fake.script("openai", [Step("a" * 40, usage=None)])
    answer = World(fake).answer(plan("openai/gpt-6-luna"), ask("b" * 80))
    assert (answer.usage, answer.estimated) == (Usage(20, 10), True)
    assert answer.cost_usd == pytest.approx((20 * 1.0 + 10 * 2.0) / 1e6)


def test_an_unknown_price_never_discards_an_answer(fake: FakeProvider) -> None:
    fake.script("gateway", [Step("paid for by nobody knows whom")])
    answer = World(fake).answer(plan("gateway/whatever-it-serves"), ask())
    assert answer.text == "paid for by nobody knows whom"
    assert (answer.cost_usd, answer.total_usd, answer.estimated) == (None, 0.0, True)
