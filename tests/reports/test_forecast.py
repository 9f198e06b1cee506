"""Forecasts by hand, and what must hold of any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.record.forecast import DAMPING, LEVEL, TREND, forecast

DAYS = st.lists(st.floats(0, 1e6), min_size=3, max_size=7)


def test_steady_spending_goes_on_and_is_sure() -> None:
    found = forecast([2.0] * 7, 50.0, 4, 100.0)
    assert found is not None
    assert (found.pace_usd, found.trend_usd, found.confidence) == (2.0, 0.0, 1.0)
    assert found.month_usd == 60.0  # today and four days more
    assert found.days_to_limit is None


def test_three_days_by_hand() -> None:
    # Level 1; day 2: expected 1, level 1.5, trend 0.15; day 3: expected 1.62, level 2.31.
    found = forecast([1.0, 2.0, 3.0], 6.0, 0, None)
    assert found is not None
    level = LEVEL * 3 + (1 - LEVEL) * (1.5 + DAMPING * 0.15)
    trend = TREND * (level - 1.5) + (1 - TREND) * DAMPING * 0.15
    assert found.trend_usd == pytest.approx(trend) == pytest.approx(0.327)
    assert found.pace_usd == pytest.approx(level + DAMPING * trend) == pytest.approx(2.5716)
    error = ((1.0**2 + 1.38**2) / 2) ** 0.5
    assert found.confidence == pytest.approx((1 - error / 2) * 3 / 7)


@pytest.mark.parametrize(("spent", "days"), [(20.0, 0), (18.5, 1), (16.5, 2), (9.0, None)])
def test_days_to_a_limit_of_twenty_dollars(spent: float, days: int | None) -> None:
    found = forecast([2.0] * 7, spent, 4, 20.0)
    assert found is not None and found.days_to_limit == days


def test_spending_that_rises_is_expected_to_rise_and_one_that_falls_to_fall() -> None:
    rising, falling = forecast([1, 1, 1, 2, 3, 4, 5], 17, 10, None), forecast([5, 4, 3, 2, 1, 1, 1], 17, 10, None)
    assert rising is not None and falling is not None
    assert rising.pace_usd > 17 / 7 > falling.pace_usd
    assert rising.trend_usd > 0 > falling.trend_usd


def test_too_few_days_give_no_forecast() -> None:
    assert forecast([1.0, 2.0], 3.0, 10, 5.0) is None


@given(DAYS, st.floats(0, 1e6), st.integers(0, 30))
def test_a_forecast_is_never_negative_and_a_month_never_less_than_what_was_spent(
    days: list[float], spent: float, left: int
) -> None:
    found = forecast(days, spent, left, 1e9)
    assert found is not None
    assert found.pace_usd >= 0 and found.month_usd >= spent
    assert 0 <= found.confidence <= 1
