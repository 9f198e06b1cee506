"""Denials answer for a model what asking each of them in turn answers."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from router.decide.globs import target_covers
from router.decide.restrictions import Restrictions
from router.model.decision import Denial

MODELS = (
    "openai/gpt-5.6",
    "openai/gpt-5.4-mini",
    "mistral/large",
    "groq/openai/oss",
    "odd",
    "/x",
    "openai/",
    "",
)
TARGETS = st.one_of(
    st.tuples(st.just("model"), st.sampled_from(MODELS)),
    st.tuples(st.just("provider"), st.sampled_from(("openai", "mistral", "groq", "odd", ""))),
    st.tuples(st.just("pattern"), st.text("*?/gpt-5o.mini", max_size=8)),
    st.tuples(st.just("pattern"), st.sampled_from(("openai/*", "*mini", "*-5*6", "gpt-?.*", "*", "o*/*s"))),
)
DENIALS = st.lists(
    st.tuples(st.sampled_from(("deny", "allow")), st.lists(TARGETS, min_size=1, max_size=3)), max_size=9
)


def asked_in_turn(denials: tuple[Denial, ...], model: str) -> Denial | None:
    for denial in denials:
        covered = any(target_covers(kind, text, model) for kind, text in denial.targets)
        if covered == (denial.effect == "deny"):
            return denial
    return None


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(made=DENIALS)
@example(
    made=[("allow", [("provider", "openai")]), ("deny", [("pattern", "*mini")]), ("deny", [("model", "odd")])]
)
def test_first_denial_is_the_one_found_in_turn(made: list[tuple[str, list[tuple[str, str]]]]) -> None:
    denials = tuple(Denial(effect, tuple(targets), f"r{at}") for at, (effect, targets) in enumerate(made))  # type: ignore[arg-type]
    restrictions = Restrictions(denials)
    for model in (*MODELS, *MODELS):
        assert restrictions.against(model) == asked_in_turn(denials, model)


def test_thousands_of_patterns_are_told_apart_by_their_parts() -> None:
    denials = tuple(Denial("deny", (("pattern", f"openai/*-{at}*x"),), f"r{at}") for at in range(5_000))
    restrictions = Restrictions(denials)
    found = restrictions.against("openai/a-4999-x")
    assert found is not None and found.rule == asked_in_turn(denials, "openai/a-4999-x").rule  # type: ignore[union-attr]
    assert restrictions.against("openai/gpt") is None
