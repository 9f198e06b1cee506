"""No prompt makes the classifier raise, run for long or say something that is not a distribution."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.decide.classify import Classification, Classifier, load_classifier, tier_for
from router.model.terms import JUDGED_COMPLEXITIES as COMPLEXITIES
from router.model.terms import TASKS

HOSTILE = (
    "",
    " \n\t ",
    "\0",
    "\0" * 5000,
    "\ud800 lone \udfff",
    "a\udc80" * 3000,
    "x" * 5_000_000,
    "word " * 1_000_000,
    "\n" * 1_000_000,
    "```" * 100_000,
    "<system-reminder>" * 100_000,
    "</system-reminder>" * 100_000,
    "<system-reminder>x</system-reminder>" * 20_000,
    "漢" * 200_000,
    "a\u0301" * 100_000,
    "1" * 100_000,
    "İ" * 10_000,
    "- \n" * 100_000,
)
ANY_TEXT = st.text(st.characters(), max_size=400)


def sane(found: Classification) -> bool:
    tasks, complexities = dict(found.task_probabilities), dict(found.complexity_probabilities)
    likeliest = (found.task_probabilities[0][0], "inherit")
    return (
        set(tasks) == set(TASKS)
        and set(complexities) == set(COMPLEXITIES)
        and abs(sum(tasks.values()) - 1) < 1e-9
        and abs(sum(complexities.values()) - 1) < 1e-9
        and min(*tasks.values(), *complexities.values()) >= 0
        and list(tasks.values()) == sorted(tasks.values(), reverse=True)
        and found.task in likeliest
        and (found.task == "inherit") == found.inherit
        and found.complexity == found.complexity_probabilities[0][0]
        and found.tier == tier_for(complexities)
        and 0 <= found.confidence <= 1
        and 0 <= found.complexity_confidence <= 1
    )


@pytest.mark.parametrize("prompt", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_prompts(shipped_classifier: Classifier, prompt: str) -> None:
    found = shipped_classifier.classify(prompt, (prompt, prompt))
    assert sane(found)


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=4))
def test_any_text(prompt: str, earlier: list[str]) -> None:
    assert sane(CLASSIFIER.classify(prompt, earlier))


@given(ANY_TEXT)
def test_same_prompt_same_answer(prompt: str) -> None:
    assert CLASSIFIER.classify(prompt) == CLASSIFIER.classify(prompt)


CLASSIFIER = load_classifier()
