"""The largest weight of a dollar that keeps the floor; worked out by hand."""

import pytest

from router.learn.outcomes.choose import (
    Achieved,
    Group,
    Judged,
    best,
    choose,
    folds,
    gold,
    largest_weight,
    parts_of,
)
from router.model.outcomes import Expected
from tests.outcomes.made import row

EASY = Group(
    {"dear": Expected(0.90, 0.50, 9), "cheap": Expected(0.85, 0.25, 9)},
    {"dear": (9.0, 5.0), "cheap": (8.5, 2.5)},
    10,
)
HARD = Group(
    {"dear": Expected(0.90, 0.50, 9), "cheap": Expected(0.40, 0.25, 9)},
    {"dear": (9.0, 5.0), "cheap": (4.0, 2.5)},
    10,
)
# The two models are worth the same at 0.05 / 0.25 = 0.2 where work is easy and at 0.5 / 0.25 = 2 where it is hard.


@pytest.mark.parametrize(
    ("floor", "weight", "kept"),
    [
        (1.0, 0.1, Achieved(20, 0.9, 10.0)),
        (0.97, 1.1, Achieved(20, 0.875, 7.5)),
        (0.5, 4.0, Achieved(20, 0.625, 5.0)),
    ],
)
def test_weight_is_the_largest_that_keeps_the_floor(floor: float, weight: float, kept: Achieved) -> None:
    found, free, achieved = largest_weight([EASY, HARD], floor)
    assert found == pytest.approx(weight)
    assert free == Achieved(20, 0.9, 10.0)
    assert achieved == kept


def test_models_that_are_worth_the_same_go_by_cost_then_name() -> None:
    assert best({"b": Expected(0.5, 2.0, 1), "a": Expected(0.5, 1.0, 1)}, 0.0) == "a"
    assert best({"b": Expected(0.5, 1.0, 1), "a": Expected(0.5, 1.0, 1)}, 3.0) == "a"


def test_pseudo_count_is_large_where_cells_say_nothing_and_small_where_they_say_all() -> None:
    def rows(split: str, differs: bool) -> list:
        found = []
        for at in range(40):
            kind = f"d{at % 20}"
            # A pattern without meaning differs between the parts; one with meaning is the same in both.
            bit = (at % 20) % 2 if differs else (at % 20 * 7 + (at % 3) * (split == "val")) % 3 == 0
            found.append(row(at, {"m": (float(bit), 0.5)}, dimension=kind, split=split))
        return found

    sharp = choose([Judged(rows("train", True), rows("val", True))], 0.97, gold)
    blurred = choose([Judged(rows("train", False), rows("val", False))], 0.97, gold)
    assert sharp.pseudo_count < blurred.pseudo_count


def test_files_own_parts_are_used_where_they_name_them() -> None:
    rows = [row(at, {"m": (1.0, 0.5)}, split="val" if at % 5 == 0 else "train") for at in range(20)]
    [part] = parts_of(rows)
    assert {r.split for r in part.fitted} == {"train"} and {r.split for r in part.held_out} == {"val"}


def test_folds_hold_every_row_out_once_and_groups_together() -> None:
    rows = [row(at, {"m": (1.0, 0.5)}) for at in range(60)]
    parts = folds(rows, lambda found: str(int(found.id[1:]) // 2))
    held = [found.id for part in parts for found in part.held_out]
    assert sorted(held) == sorted(found.id for found in rows)
    for part in parts:
        pairs = {int(found.id[1:]) // 2 for found in part.held_out}
        assert not pairs & {int(found.id[1:]) // 2 for found in part.fitted}
        assert len(part.fitted) + len(part.held_out) == 60
    assert len(parts_of(rows)) == len(parts) > 1
