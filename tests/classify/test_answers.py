"""Prompts that any useful classifier judges right, turns in a session, and the choice of tier."""

from itertools import product

import pytest

from router.decide.classify import Classifier, tier_for
from router.decide.classify.text import without_host_blocks

COST = {"cheap": 1, "mid": 5, "premium": 25}
NEEDED = {"simple": 1, "moderate": 5, "complex": 25}


@pytest.mark.parametrize(
    ("prompt", "task"),
    [
        ("What does os.path.join do?", "query"),
        ("Generate a hero image", "image"),
        ("Generate an image of a lighthouse in a storm", "image"),
        ("Fix the failing test in tests/test_parser.py", "code"),
        ("Write a function that reverses a linked list in Rust", "code"),
        ("Rename getUser to fetchUser in src/api.ts and update the imports", "code"),
        ("Translate this paragraph into German", "generate"),
        ("Write a short story about a lighthouse keeper", "generate"),
        ("Search the web for the latest news on the EU AI Act", "research"),
        ("What is the capital of Australia?", "query"),
        ("Compare the trade-offs of Postgres and MongoDB for our event store and recommend one", "analyze"),
    ],
)
def test_plain_prompts(shipped_classifier: Classifier, prompt: str, task: str) -> None:
    assert shipped_classifier.classify(prompt).task == task


@pytest.mark.parametrize("prompt", ["What does os.path.join do?", "What is the capital of Australia?"])
def test_simple_questions_are_cheap(shipped_classifier: Classifier, prompt: str) -> None:
    found = shipped_classifier.classify(prompt)
    assert (found.complexity, found.tier) == ("simple", "cheap")


@pytest.mark.parametrize("prompt", ["yes, go ahead", "continue", "ok do it", "sounds good, go on"])
def test_follow_ups_inherit(shipped_classifier: Classifier, prompt: str) -> None:
    assert shipped_classifier.classify(prompt).inherit


def test_a_follow_up_takes_the_earlier_task(shipped_classifier: Classifier) -> None:
    found = shipped_classifier.classify("yes, go ahead", ("Generate an image of a lighthouse in a storm",))
    assert found.inherit
    assert found.task_probabilities[0][0] == "image"


def test_a_clear_turn_is_not_swayed(shipped_classifier: Classifier) -> None:
    earlier = ("Generate an image of a lighthouse in a storm",)
    assert shipped_classifier.classify("Fix the failing test in tests/test_parser.py", earlier).task == "code"


def test_only_the_last_two_earlier_turns_count(shipped_classifier: Classifier) -> None:
    last = ("What is a monad?", "Fix the bug in main.py")
    assert shipped_classifier.classify("go on", ("draw a cat", *last)) == shipped_classifier.classify(
        "go on", last
    )


def test_host_blocks_do_not_count(shipped_classifier: Classifier) -> None:
    plain = shipped_classifier.classify("What does os.path.join do?")
    block = "<system-reminder>draw a picture of a cat</system-reminder>"
    assert shipped_classifier.classify(f"{block}What does os.path.join do?") == plain


def test_an_open_block_is_kept() -> None:
    assert without_host_blocks("a <system-reminder> b") == "a <system-reminder> b"
    assert without_host_blocks("a <system-reminder>x</system-reminder> b").split() == ["a", "b"]


def test_tier_is_the_cheapest_in_expectation() -> None:
    def loss(needed: int, cost: int) -> int:
        return cost - needed if cost >= needed else 30

    for a, b in product(range(21), range(21)):
        if a + b <= 20:
            shares = {"simple": a / 20, "moderate": b / 20, "complex": (20 - a - b) / 20}
            costs = {t: sum(p * loss(NEEDED[c], k) for c, p in shares.items()) for t, k in COST.items()}
            assert costs[tier_for(shares)] == pytest.approx(min(costs.values()), abs=1e-9)
    assert [tier_for({c: 1.0}) for c in NEEDED] == ["cheap", "mid", "premium"]
