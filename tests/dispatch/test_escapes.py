"""What must not reach a model: a call that the policy denies it, on no path; another model's thinking."""

import json
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.base.failures import NoAnswerError
from router.dispatch.switching import keep_model
from router.model.call import Hop
from tests.dispatch.support import World, ask, plan
from tests.dispatch.test_chain import HAIKU, LUNA, SONAR
from tests.fake_provider import FakeProvider, Step

THOUGHT = (
    {"role": "user", "content": "why?"},
    {
        "role": "assistant", "reasoning_content": "secret-thought", "content": [
            {"type": "thinking", "thinking": "secret-thought", "signature": "c2ln"}, {"type": "text", "text": "because"},
        ],
    },
    {"role": "user", "content": "go on"},
)  # fmt: skip


@pytest.mark.parametrize("last", [None, LUNA, HAIKU])
def test_thinking_goes_to_no_other_model_than_the_one_that_thought_it(fake: FakeProvider, last: str | None) -> None:
    fake.always("openai", Step(status=400, error="no such thing"))
    made = plan(LUNA, HAIKU, retries=0)._replace(last=last)
    World(fake).answer(made, ask()._replace(messages=THOUGHT))
    first, second = (json.dumps(request.body) for request in fake.requests)
    assert ("secret-thought" in first, "secret-thought" in second) == (last != HAIKU, last == HAIKU)
    assert "because" in first and "because" in second and "go on" in second


MODELS_TRIED = (LUNA, HAIKU, SONAR, "openai/other", "ollama/qwen3.5:latest", "gemini/gemini-3.8-flash")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chain=st.lists(st.sampled_from(MODELS_TRIED), min_size=1, unique=True),
    emergency=st.lists(st.sampled_from(MODELS_TRIED), unique=True),
    denied=st.sets(st.sampled_from(MODELS_TRIED), min_size=1),
    failing=st.sets(st.sampled_from(("openai", "anthropic", "perplexity", "ollama", "gemini"))),
    last=st.sampled_from((None, *MODELS_TRIED)),
    loop=st.booleans(),
)
def test_no_path_leads_to_a_model_that_the_policy_denies(
    fake: FakeProvider, chain: list[str], emergency: list[str], denied: set[str], failing: set[str], last: str | None, loop: bool
) -> None:
    fake.requests.clear()
    for provider in ("openai", "anthropic", "perplexity", "ollama", "gemini"):
        fake.always(provider, Step(status=503) if provider in failing else Step("answered"))
    made = plan(*chain, emergency=tuple(emergency), retries=0, check=lambda id, usd: Hop(stop="denied" if id in denied else None))
    world = World(fake)
    with suppress(NoAnswerError):
        world.answer(keep_model(made, last, 10_000, world.catalogue, in_tool_loop=loop), ask())
    called = {f"{request.provider}/{request.model}" for request in fake.requests}
    assert called <= {*MODELS_TRIED} and not denied & called
    assert not denied & {claim.model for claim in world.purse.claims}
    assert world.purse.reserved == {} and world.purse.twice == 0
