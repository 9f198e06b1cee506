"""Savings by hand: one baseline, everything that was spent, and what is left out said."""

from typing import Any

import pytest

from router.model.catalogue import Catalogue, Model, Provider
from router.record.savings import price_usd, savings_of
from router.record.sums import Sum

BASELINE = "dear/big"
CATALOGUE = Catalogue(
    providers={
        "dear": Provider("dear", "Dear", "api"),
        "cheap": Provider("cheap", "Cheap", "api"),
        "plan": Provider("plan", "Plan", "agent", free=True),
    },
    models={
        "dear/big": Model("dear/big", "dear", "big", "premium", input_usd_per_mtok=10.0, output_usd_per_mtok=50.0,
                          cached_usd_per_mtok=1.0),
        "cheap/small": Model("cheap/small", "cheap", "small", "cheap", input_usd_per_mtok=1.0, output_usd_per_mtok=2.0),
    },
)  # fmt: skip


def group(model: str, **fields: Any) -> Sum:
    by = {"kind": "answer", "provider": model.partition("/")[0], "model": model, "outcome": "answered"}
    by |= {key: fields.pop(key) for key in tuple(by) if key in fields}
    numbers = {"attempts": 1, "answered": 1, "failed": 0, "unpriced": 0, "estimated": 0, "cost_usd": 0.0,
               "input_tokens": 0, "output_tokens": 0, "cached_tokens": 0, "latency_ms": 0.0}  # fmt: skip
    return Sum(by, **{**numbers, **fields})


def test_an_answer_elsewhere_saves_the_baseline_less_its_own_cost() -> None:
    # 1,000 in and 200 out: 0.010 + 0.010 = $0.02 by the baseline.
    saved = savings_of([group("cheap/small", input_tokens=1000, output_tokens=200, cost_usd=0.0014)], BASELINE, CATALOGUE)
    assert saved.baseline_usd == pytest.approx(0.02)
    assert saved.saved_usd == pytest.approx(0.0186)
    assert saved.share == pytest.approx(0.93)


def test_failures_retries_judges_and_classifiers_are_spent_and_save_nothing() -> None:
    saved = savings_of(
        [
            group("cheap/small", input_tokens=1000, output_tokens=200, cost_usd=0.0014),
            group("cheap/small", outcome="failed", answered=0, failed=1, cost_usd=0.001, input_tokens=1000),
            group("cheap/small", kind="judge", cost_usd=0.0005, input_tokens=500),
            group("cheap/small", kind="classifier", cost_usd=0.0001, input_tokens=50),
        ],
        BASELINE, CATALOGUE,
    )  # fmt: skip
    assert saved.baseline_usd == pytest.approx(0.02)
    assert saved.spent_usd == pytest.approx(0.003)
    assert saved.saved_usd == pytest.approx(0.017)
    assert saved.failed_calls == 1


def test_what_the_baseline_answered_itself_saves_nothing() -> None:
    saved = savings_of([group(BASELINE, input_tokens=1000, output_tokens=200, cost_usd=0.021)], BASELINE, CATALOGUE)
    assert (saved.saved_usd, saved.baseline_usd) == (0.0, pytest.approx(0.021))


def test_an_expensive_detour_is_a_loss() -> None:
    dear = [group("cheap/small", input_tokens=1000, output_tokens=200, cost_usd=0.05)]
    assert savings_of(dear, BASELINE, CATALOGUE).saved_usd == pytest.approx(-0.03)


def test_plans_media_and_unknown_prices_stand_apart_from_dollars() -> None:
    saved = savings_of(
        [
            group("plan/agent", input_tokens=900, output_tokens=100),
            group("cheap/picture", kind="media", cost_usd=0.04),
            group("cheap/odd", attempts=2, answered=2, unpriced=1, cost_usd=0.001, input_tokens=2000, output_tokens=0),
        ],
        BASELINE, CATALOGUE,
    )  # fmt: skip
    assert (saved.plan_calls, saved.plan_tokens, saved.media_calls, saved.media_usd) == (1, 1000, 1, 0.04)
    assert saved.unpriced_calls == 1
    # Only the priced one of the two is compared: half of the group's tokens.
    assert saved.baseline_usd == pytest.approx(0.01)
    assert saved.spent_usd == pytest.approx(0.001)


def test_a_baseline_without_a_price_claims_nothing() -> None:
    saved = savings_of([group("cheap/small", input_tokens=1000, cost_usd=0.001)], "dear/unknown", CATALOGUE)
    assert (saved.priced, saved.baseline_usd, saved.saved_usd, saved.share) == (False, 0.0, 0.0, None)
    assert saved.spent_usd == 0.001


def test_cached_tokens_cost_the_baseline_their_own_price_too() -> None:
    # 1,000 in, of which 800 cached at a tenth: 200 x 10 + 800 x 1 = 2,800 per million.
    assert price_usd(BASELINE, 1000, 0, 800, 1, CATALOGUE) == pytest.approx(0.0028)
    assert price_usd("dear/unknown", 1, 1, 0, 1, CATALOGUE) is None
