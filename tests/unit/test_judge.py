"""From what the classifier found to a judgement, and how a doubt is shown."""

from typing import Any

import pytest

from router.analyse.explain import explain
from router.analyse.render import render
from router.decide.classify import Classification
from router.decide.decide import Decider
from router.engine.judge import judgement_of
from router.ops.decided import decision_record
from tests.analyse.law_world import table_of
from tests.policies import random_layers


def found(**fields: Any) -> Classification:
    usual = {
        "task": "code", "complexity": "complex", "confidence": 0.8, "complexity_confidence": 0.6, "abstained": False,
        "tier": "premium", "inherit": False, "task_probabilities": (("code", 0.8),),
        "complexity_probabilities": (("complex", 0.6),),
    }  # fmt: skip
    return Classification(**{**usual, **fields})


def test_sure_judgement_is_taken_as_it_is() -> None:
    judged = judgement_of(found(), None)
    assert (judged.task, judged.complexity, judged.tier, judged.source) == (
        "code",
        "complex",
        "premium",
        "classifier",
    )
    assert (judged.confidence, judged.complexity_confidence, judged.abstained) == (0.8, 0.6, False)


def test_doubt_leaves_the_task_unknown_and_names_the_likeliest() -> None:
    judged = judgement_of(found(abstained=True, confidence=0.3), None)
    assert (judged.task, judged.guess, judged.abstained, judged.complexity) == (None, "code", True, "complex")


@pytest.mark.parametrize(
    ("last", "task", "complexity", "tier", "source"),
    [
        (("research", "simple"), "research", "simple", "cheap", "session"),
        (("code", "deep"), "code", "deep", "premium", "session"),
        (None, "inherit", "complex", "premium", "classifier"),
    ],
)
def test_follow_up_takes_the_last_route_when_there_is_one(
    last: Any, task: str, complexity: str, tier: str, source: str
) -> None:
    judged = judgement_of(found(task="inherit", inherit=True), last)
    assert (judged.task, judged.complexity, judged.tier, judged.source) == (task, complexity, tier, source)


def test_prompt_with_a_task_of_its_own_leaves_the_last_route() -> None:
    assert judgement_of(found(), ("research", "simple")).task == "code"


def test_doubt_is_shown_to_the_reader_and_recorded() -> None:
    from random import Random

    decider = Decider(table_of(random_layers(Random(3), 0)))
    decision = decider.decide(
        {"prompt": "x"}, lambda _: judgement_of(found(abstained=True, confidence=0.3), None)
    )
    decision = decision._replace(judgement=judgement_of(found(abstained=True, confidence=0.3), None))
    shown = render(explain(decider, {"prompt": "x"}, decision), False)
    assert "abstained" in shown and "likeliest code" in shown and "30% sure" in shown
    record = decision_record(decision)
    assert (record["task"], record["abstained"], record["confidence"]) == ("code", True, 0.3)
