"""What tokens cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.dispatch.price import cost_usd, input_tokens, tokens_of
from router.model.call import Ask
from router.model.catalogue import Catalogue
from router.model.ledger import Usage
from tests.dispatch.support import PROVIDERS, model

MODELS = [
    model("openai/all", call_usd=0.005),
    model("openai/uncached", cached_usd_per_mtok=None),
    model("openai/unpriced", input_usd_per_mtok=None),
    model("gemini/free", free=True),
]
CATALOGUE = Catalogue(providers=PROVIDERS, models={item.id: item for item in MODELS})
TOKENS = st.integers(0, 10**7)


@pytest.mark.parametrize(
    ("id", "usd"),
    [
        ("openai/all", (700 * 1.0 + 300 * 0.1 + 500 * 2.0) / 1e6 + 0.005),
        ("openai/uncached", (1000 * 1.0 + 500 * 2.0) / 1e6),
        ("openai/unpriced", None),
        ("openai/unlisted", None),
        ("gemini/free", 0.0),
        ("ollama/unlisted", 0.0),
        ("codex/unlisted", 0.0),
    ],
)
def test_each_kind_of_token_has_its_price(id: str, usd: float | None) -> None:
    found = cost_usd(CATALOGUE, id, Usage(1000, 500, 300))
    assert found == (usd if usd is None else pytest.approx(usd))


@given(TOKENS, TOKENS, TOKENS)
def test_a_cache_never_makes_a_call_dearer_or_free_of_charge(read: int, written: int, cached: int) -> None:
    with_cache = cost_usd(CATALOGUE, "openai/all", Usage(read, written, cached))
    without = cost_usd(CATALOGUE, "openai/all", Usage(read, written))
    assert with_cache is not None
    assert without is not None
    assert 0.005 <= with_cache <= without + 1e-12


@given(st.text(), st.text())
def test_estimated_tokens_grow_with_the_text(one: str, other: str) -> None:
    assert max(tokens_of(one), tokens_of(other)) <= tokens_of(one + other) <= tokens_of(one) + tokens_of(other)


def test_texts_of_all_messages_and_tools_count_and_images_do_not() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 4000}}
    messages = (
        {"role": "system", "content": "a" * 40},
        {"role": "user", "content": [{"type": "text", "text": "b" * 80}, image]},
        {"role": "assistant", "content": None},
    )
    assert input_tokens(Ask(messages)) == 10 + 20
    assert input_tokens(Ask(messages, tools=({"type": "function"},))) == 10 + 20 + tokens_of('[{"type": "function"}]')
