"""Gains by hand: only what a host took counts, net of what was fetched, beside the outputs left whole."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from router.model.catalogue import Catalogue, Model
from router.record.gains import Gain, gains
from router.record.store import Store, open_store
from router.record.tables import COMPRESSIONS

CATALOGUE = Catalogue(models={"a/b": Model("a/b", "a", "b", "mid", input_usd_per_mtok=10.0)})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "usage.db")
    yield opened
    opened.close()


def add(store: Store, raw: int, kept: int, **fields: Any) -> None:
    row = {"id": secrets.token_hex(16), "at": 5, "layer": "output", "raw_tokens": raw, "kept_tokens": kept,
           "accepted": True, "holdout": False, "fetched_tokens": 0, **fields}  # fmt: skip
    with store.write() as connection:
        connection.execute(insert(COMPRESSIONS), row)


def output_of(store: Store, since: int | None = None) -> Gain:
    return gains(store, CATALOGUE, since)[0]


def test_only_what_a_host_took_counts_less_what_was_fetched_again(store: Store) -> None:
    add(store, 1000, 300, model="a/b")
    add(store, 500, 100, fetched_tokens=450)
    add(store, 800, 10, accepted=None)
    add(store, 700, 10, accepted=False)
    gain = output_of(store)
    assert (gain.outputs, gain.raw, gain.kept, gain.fetched) == (2, 1500, 400, 450)
    assert gain.saved == 650
    assert (gain.unconfirmed, gain.refused) == (1, 1)
    assert gain.saved_usd == pytest.approx(700 * 10 / 1e6)


def test_the_holdout_measures_with_an_interval(store: Store) -> None:
    for kept in (100, 200):
        add(store, 1000, kept)
    for raw in (900, 1100):
        add(store, raw, raw, holdout=True)
    gain = output_of(store)
    # Means 150 and 1000; variances of the means 2500 and 10000: error of the ratio sqrt(2500 + 0.0225 x 10000) / 1000.
    assert gain.holdout_share == pytest.approx(0.85)
    assert gain.holdout_high == pytest.approx(0.85 + 1.959964 * 0.0522015, abs=1e-6)
    assert gain.holdout == 2 and gain.outputs == 2


def test_one_output_measures_nothing_and_an_empty_store_has_no_gain(store: Store) -> None:
    assert output_of(store) == Gain("output", 0, 0, 0, 0, 0, 0, 0, None, None, None, None)
    add(store, 10, 5)
    add(store, 10, 10, holdout=True)
    assert output_of(store).holdout_share is None
    assert output_of(store, since=6).outputs == 0


def test_a_model_named_with_its_day_has_the_price_of_its_family(store: Store) -> None:
    add(store, 1000, 0, model="a/b-20250929")
    add(store, 1000, 0, model="a/b@20250929")
    add(store, 1000, 0, model="a/b-2025-09-29")
    add(store, 1000, 0, model="a/b-20259929")
    add(store, 1000, 0, model="a/b-mini-20250929")
    add(store, 1000, 0)
    gain = output_of(store)
    assert gain.saved_usd == pytest.approx(3000 * 10 / 1e6)
    assert (gain.outputs, gain.unpriced) == (6, 3)


def test_estimates_are_told_apart_from_what_was_counted(store: Store) -> None:
    add(store, 1000, 0, counted=True)
    add(store, 1000, 0, counted=False)
    add(store, 1000, 0)
    add(store, 1000, 0, accepted=None)
    assert (output_of(store).outputs, output_of(store).estimated) == (3, 2)
