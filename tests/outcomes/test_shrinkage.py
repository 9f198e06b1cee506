"""Means of few calls are pulled towards the coarser cell; worked out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.learn.outcomes.shrink import expected_of, tallied
from router.model.outcomes import (
    Cell,
    Expected,
    Tally,
    expectations_from_plain,
    expectations_to_plain,
)
from tests.outcomes.made import row

CODE = Cell("code")
HARD = Cell("code", None, "complex")


def near(one: float, other: float) -> bool:
    return abs(one - other) < 1e-9


def test_mean_of_few_calls_lies_between_its_own_and_the_coarser_one() -> None:
    tallies = {Cell(): {"a": Tally(4, 0.5, 4, 0.02), "b": Tally(4, 0.25, 4, 0.01)}}
    # All models together scored 3/8; two calls' worth of that is added to each model's four.
    found = expected_of(tallies, 2.0, 0.0).cells[Cell()]
    assert near(found["a"].score, (4 * 0.5 + 2 * 0.375) / 6)
    assert near(found["b"].score, (4 * 0.25 + 2 * 0.375) / 6)
    assert (found["a"].cost_usd, found["b"].cost_usd) == (0.02, 0.01)


def test_finer_cell_is_pulled_to_the_coarser_cells_expectation() -> None:
    top = {"a": Tally(100, 0.6, 100, 0.02), "b": Tally(100, 0.6, 100, 0.02)}
    fine = {"a": Tally(1, 1.0, 1, 0.02), "b": Tally(1, 0.2, 1, 0.02)}
    found = expected_of({Cell(): top, CODE: fine}, 9.0, 0.0).cells[CODE]
    # Together the two calls scored what was expected, so nothing is shifted: one call against nine.
    assert near(found["a"].score, (1.0 + 9 * 0.6) / 10)
    assert near(found["b"].score, (0.2 + 9 * 0.6) / 10)


def test_model_that_was_never_tried_on_hard_work_is_not_taken_to_be_as_good_there() -> None:
    top = {"a": Tally(10, 0.8, 10, 0.01), "b": Tally(10, 0.8, 10, 0.01)}
    found = expected_of({Cell(): top, CODE: top, HARD: {"a": Tally(8, 0.2, 8, 0.03)}}, 2.0, 0.0).cells[HARD]
    # Eight calls scored 0.6 less than expected: shift 8 * -0.6 / (8 + 2), so that 0.32 is the prior of both.
    assert near(found["b"].score, 0.32) and found["b"].n == 0
    assert near(found["a"].score, (8 * 0.2 + 2 * 0.32) / 10) and found["a"].n == 8
    # They cost 0.24 instead of 0.08; two calls' worth of what was expected (0.02) is added to both.
    assert near(found["b"].cost_usd, 0.01 * 0.26 / 0.10)


def test_without_pseudo_calls_the_means_stand_as_they_are() -> None:
    fine = {"a": Tally(1, 1.0, 1, 0.5), "b": Tally(3, 0.25, 3, 0.125)}
    found = expected_of({Cell(): fine, CODE: fine}, 0.0, 0.0).cells[CODE]
    assert found == {"a": Expected(1.0, 0.5, 1), "b": Expected(0.25, 0.125, 3)}


def test_model_whose_cost_nobody_knows_is_left_out() -> None:
    found = expected_of(tallied([row(1, {"a": (1.0, None), "b": (0.5, 0.25)})]), 1.0, 0.0)
    assert {model for models in found.cells.values() for model in models} == {"b"}


def test_cells_are_looked_up_from_the_finest_to_the_task() -> None:
    rows = [row(1, {"a": (1.0, 0.5)}, dimension="bugs", complexity="simple"), row(2, {"a": (0.0, 0.5)})]
    found = expected_of(tallied(rows), 1.0, 0.0)
    assert found.at(Cell("code", "bugs", "simple")) == Cell("code", "bugs", "simple")
    assert found.at(Cell("code", "bugs", "complex")) == Cell("code", "bugs")
    assert found.at(Cell("code", "other", "simple")) == Cell("code", None, "simple")
    assert found.at(Cell("code", None, "complex")) == Cell("code")
    assert found.at(Cell("query", None, "simple")) not in found.cells


outcomes = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.tuples(st.floats(0, 1), st.one_of(st.none(), st.floats(0, 10))),
    min_size=1,
)
kinds = st.sampled_from([None, "x", "y"])
levels = st.sampled_from([None, "simple", "complex"])
many = st.lists(st.tuples(outcomes, kinds, levels), min_size=1, max_size=12)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(many, st.randoms(use_true_random=False), st.floats(0, 50))
def test_order_of_the_rows_changes_nothing(found: list, random: object, pseudo: float) -> None:
    rows = [row(at, own, dimension=d, complexity=c) for at, (own, d, c) in enumerate(found)]
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = (expectations_to_plain(expected_of(tallied(each), pseudo, 1.0)) for each in (rows, mixed))
    assert one == other


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(many, st.floats(0, 50))
def test_expectations_stay_within_bounds_and_survive_writing(found: list, pseudo: float) -> None:
    rows = [row(at, own, dimension=d, complexity=c) for at, (own, d, c) in enumerate(found)]
    expected = expected_of(tallied(rows), pseudo, 1.0)
    for models in expected.cells.values():
        assert all(-1e-9 <= e.score <= 1 + 1e-9 and e.cost_usd >= 0 for e in models.values())
    assert expectations_from_plain(expectations_to_plain(expected)) == expected
