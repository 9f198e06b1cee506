"""The table of prices is what the builder copies from LiteLLM, and abilities agree with LiteLLM's."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from router.base.shipped import shipped
from router.policy.catalogue.build import document, price_rows, source, unpriced
from router.policy.catalogue.litellm_table import entry_of, facts_of, litellm_table, price_of
from router.policy.catalogue.read import read_models, read_prices

CONTENT = read_models()
PRICES = read_prices()
KEYS = {
    "input",
    "output",
    "cached",
    "unit",
    "usd",
    "call",
    "context",
    "max_output",
    "mode",
    "supports",
    "deprecated",
}


def row_faults(rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with a table of prices whatever LiteLLM says."""
    if set(rows) != set(CONTENT["models"]):
        yield f"other models: {set(rows) ^ set(CONTENT['models'])}"
    for id_, row in rows.items():
        if not row.keys() <= KEYS:
            yield f"{id_}: {row.keys() - KEYS}"
        if any(row.get(key, 0) < 0 for key in ("input", "output", "cached", "usd", "call")):
            yield f"{id_}: a negative price"
        if not row.get("cached", 0) <= row.get("input", row.get("cached", 0)):
            yield f"{id_}: what is cached costs more"
        if ("unit" in row) != ("usd" in row) or ("unit" in row and "input" in row):
            yield f"{id_}: neither by the token nor by the unit"
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", row.get("deprecated", "2026-01-01")):
            yield f"{id_}: {row['deprecated']} is no day"
    yield from (f"{id_}: no price" for id_ in unpriced(CONTENT, rows))


def disagreements(content: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Abilities that a line claims and LiteLLM denies, or the other way round; where it has no flag, nothing."""
    for id_, row in rows.items():
        for ability, has in row.get("supports", {}).items():
            if has != (ability in content["models"][id_]["can"]):
                yield f"{id_}: {ability}"


def test_the_table_is_sound() -> None:
    assert list(row_faults(PRICES["models"])) == []


@pytest.mark.parametrize(
    "planted",
    [
        {"input": -1.0, "output": 1.0},
        {"input": 1.0, "output": 1.0, "cached": 2.0},
        {"unit": "image"},
        {},
        {"input": 1.0, "output": 1.0, "deprecated": "soon"},
        {"input": 1.0, "output": 1.0, "colour": "red"},
    ],
)
def test_an_unsound_row_is_reported(planted: dict[str, Any]) -> None:
    paid = next(id_ for id_, row in PRICES["models"].items() if "input" in row)
    assert list(row_faults({**PRICES["models"], paid: planted})) != []


@pytest.mark.slow
def test_the_table_is_what_the_builder_gives_with_the_installed_litellm() -> None:
    rows = price_rows(CONTENT, litellm_table())
    if source() == PRICES["source"]:
        assert rows == PRICES["models"]
        text = document(rows, PRICES["source"], PRICES["date"])
        assert text == shipped("rules/prices.json").read_text(encoding="utf-8")
    else:
        assert list(row_faults(rows)) == []


def test_abilities_agree_with_litellm() -> None:
    assert list(disagreements(CONTENT, PRICES["models"])) == []
    assert sum(len(row.get("supports", {})) for row in PRICES["models"].values()) > 100


def test_a_disagreement_is_reported() -> None:
    id_ = next(id_ for id_, row in PRICES["models"].items() if row.get("supports", {}).get("tools"))
    models = {**CONTENT["models"], id_: {"tier": "cheap", "can": []}}
    assert f"{id_}: tools" in list(disagreements({"models": models}, PRICES["models"]))


def test_prices_given_by_hand_say_when_and_only_where_litellm_has_none() -> None:
    table = litellm_table()
    by_hand = {id_: line for id_, line in CONTENT["models"].items() if "price" in line}
    assert by_hand
    for id_, line in by_hand.items():
        provider = id_.partition("/")[0]
        prefix = CONTENT["providers"][provider].get("litellm_prefix", provider)
        known = price_of(entry_of(table, f"{prefix}/{id_.partition('/')[2]}", prefix))
        assert "usd" not in known, id_
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", line["price"]["on"])


def test_prices_are_of_a_million_tokens() -> None:
    entry = {
        "input_cost_per_token": 2e-06,
        "output_cost_per_token": 1e-05,
        "cache_read_input_token_cost": 1e-07,
        "mode": "chat",
    }
    assert price_of(entry) == {"input": 2.0, "output": 10.0, "cached": 0.1}


def test_prices_of_nothing_are_unknown_prices() -> None:
    assert price_of({"input_cost_per_token": 0.0, "output_cost_per_token": 0.0, "mode": "chat"}) == {}
    assert price_of({}) == {}


def test_pictures_cost_by_the_picture_although_their_tokens_have_a_price() -> None:
    entry = {"mode": "image_generation", "input_cost_per_token": 1e-06, "output_cost_per_image": 0.04}
    assert price_of(entry) == {"unit": "image", "usd": 0.04}


def test_video_costs_by_the_second_whatever_a_picture_to_start_from_costs() -> None:
    entry = {"mode": "video_generation", "input_cost_per_image": 0.01, "output_cost_per_second": 0.08}
    assert price_of(entry) == {"unit": "second", "usd": 0.08}


def test_speech_costs_by_the_token_of_speech() -> None:
    entry = {
        "mode": "audio_speech",
        "input_cost_per_token": 6e-07,
        "output_cost_per_token": 1e-05,
        "output_cost_per_audio_token": 1.2e-05,
        "output_cost_per_second": 0.00025,
    }
    assert price_of(entry, speaks=True) == {"input": 0.6, "output": 12.0}


def test_a_search_that_every_call_makes_is_part_of_the_price() -> None:
    fees = {"search_context_size_low": 0.005, "search_context_size_high": 0.012}
    entry = {
        "input_cost_per_token": 1e-06,
        "output_cost_per_token": 1e-06,
        "search_context_cost_per_query": fees,
    }
    assert price_of(entry, searches=True)["call"] == 0.005
    assert "call" not in price_of(entry)


def test_a_bare_name_of_another_provider_is_not_taken() -> None:
    table = {"m": {"litellm_provider": "openai"}, "b/x": {"litellm_provider": "b"}}
    assert entry_of(table, "openai/m", "openai") == {"litellm_provider": "openai"}
    assert entry_of(table, "groq/m", "groq") == {}
    assert entry_of(table, "b/x", "b") == {"litellm_provider": "b"}


def test_facts_of_a_row() -> None:
    entry = {
        "max_input_tokens": 1000,
        "max_output_tokens": None,
        "mode": "video_generation",
        "supports_vision": False,
        "supports_web_search": None,
        "deprecation_date": "2026-09-24",
    }
    assert facts_of(entry) == {
        "context": 1000,
        "mode": "video_generation",
        "deprecated": "2026-09-24",
        "supports": {"vision": False, "video": True},
    }


def test_the_table_has_one_line_for_each_model() -> None:
    text = document({"b/y": {"input": 1.0}, "a/x": {}}, "litellm 1", "2026-11-25")
    assert json.loads(text)["models"] == {"a/x": {}, "b/y": {"input": 1.0}}
    assert [line.strip() for line in text.splitlines()[4:6]] == ['"a/x": {},', '"b/y": {"input": 1.0}']
