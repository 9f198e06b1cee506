"""Wishes taken together order a chain as one after the other does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.decide.chain import Context, reordered
from tests.analyse.world import CATALOGUE

CONTEXT = Context("code", "complex", "premium", "balanced", None, frozenset(), 10)
MODELS = sorted(CATALOGUE.models)
TARGETS = st.one_of(
    st.tuples(st.just("model"), st.sampled_from((*MODELS, "xai/unheard-of"))),
    st.tuples(st.just("chain"), st.sampled_from(("budget", "premium", "tier"))),
    st.tuples(st.just("provider"), st.sampled_from(sorted(CATALOGUE.providers))),
    st.tuples(st.just("pattern"), st.sampled_from(("openai/*", "*-5*", "mistral/m*", "*mini"))),
)
WISHES = st.lists(
    st.tuples(st.sampled_from(("prefer", "prefer", "avoid")), st.lists(TARGETS, min_size=1, max_size=3)),
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(chain=st.lists(st.sampled_from(MODELS), unique=True, max_size=6), wishes=WISHES)
def test_wishes_together_are_wishes_one_after_the_other(
    chain: list[str], wishes: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    one_by_one = list(chain)
    for wish in reversed(wishes):
        one_by_one = reordered(one_by_one, [wish], CATALOGUE, CONTEXT)
    assert reordered(chain, wishes, CATALOGUE, CONTEXT) == one_by_one
