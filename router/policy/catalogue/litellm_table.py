"""Rows of LiteLLM's price table in our units."""

import os
from collections.abc import Mapping
from typing import Any

_PER_MTOK = 1_000_000
_TOKEN_PRICES = (
    ("input", "input_cost_per_token"),
    ("output", "output_cost_per_token"),
    ("cached", "cache_read_input_token_cost"),
)
_UNITS = (
    ("image", "output_cost_per_image"),
    ("image", "input_cost_per_image"),
    ("second", "output_cost_per_second"),
    ("second", "output_cost_per_video_per_second"),
    ("character", "input_cost_per_character"),
)
_UNIT_OF_MODE = {
    "image_generation": ("image",),
    "video_generation": ("second",),
    "audio_speech": ("character", "second"),
}
_ABILITY_OF_MODE = {"image_generation": "image", "video_generation": "video", "audio_speech": "audio"}
_FLAGS = {
    "tools": "supports_function_calling",
    "vision": "supports_vision",
    "web": "supports_web_search",
    "audio": "supports_audio_output",
}
_SEARCH_FEE = ("search_context_cost_per_query", "search_context_size_low")


def litellm_table() -> Mapping[str, Any]:
    """The table of the installed LiteLLM; the network is never asked."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    table: Mapping[str, Any] = litellm.model_cost
    return table


def entry_of(table: Mapping[str, Any], litellm_name: str, prefix: str) -> Mapping[str, Any]:
    """A model's row: by the full name, else by the bare name if that is the same provider's; {} when there is none."""
    entry: Mapping[str, Any] = table.get(litellm_name, {})
    if entry:
        return entry
    entry = table.get(litellm_name.removeprefix(f"{prefix}/"), {})
    return entry if str(entry.get("litellm_provider", "")).startswith(prefix) else {}


def facts_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the row knows besides prices: `context`, `max_output`, `mode`, `deprecated`, and `supports` by ability."""
    row: dict[str, Any] = {}
    for ours, theirs in (("context", "max_input_tokens"), ("max_output", "max_output_tokens")):
        if entry.get(theirs):
            row[ours] = int(entry[theirs])
    if entry.get("mode"):
        row["mode"] = entry["mode"]
    if entry.get("deprecation_date"):
        row["deprecated"] = entry["deprecation_date"]
    supports = {ours: bool(entry[flag]) for ours, flag in _FLAGS.items() if entry.get(flag) is not None}
    if entry.get("mode") in _ABILITY_OF_MODE:
        supports[_ABILITY_OF_MODE[entry["mode"]]] = True
    return row | ({"supports": supports} if supports else {})


def price_of(entry: Mapping[str, Any], *, speaks: bool = False, searches: bool = False) -> dict[str, Any]:
    """The row's prices: `input`, `output`, `cached` for a million tokens, or `usd` for one `unit`, and `call` for each call.

    `speaks`: the answer is speech, which some chat models price by tokens of its own. `searches`: every call is a
    web search; its fee is the one for a small search context, which is what Perplexity does unasked. Prices of
    nothing at all are left out: the table writes 0 where it does not know.
    """
    row = _token_prices(entry, speaks)
    units = _UNIT_OF_MODE.get(entry.get("mode", ""), ())
    by_unit = [(unit, entry[key]) for unit, key in _UNITS if unit in units and entry.get(key)]
    # Token prices of speech tell more than its price a second: the length of an answer is what is estimated.
    if by_unit and not (by_unit[0][0] == "second" and row.get("output")):
        row = {"unit": by_unit[0][0], "usd": float(by_unit[0][1])}
    fee = entry.get(_SEARCH_FEE[0], {}).get(_SEARCH_FEE[1]) if searches else None
    return row | ({"call": float(fee)} if fee else {})


def _token_prices(entry: Mapping[str, Any], speaks: bool) -> dict[str, Any]:
    row = {
        ours: round(float(entry[theirs]) * _PER_MTOK, 6)
        for ours, theirs in _TOKEN_PRICES
        if entry.get(theirs) is not None
    }
    if speaks and entry.get("output_cost_per_audio_token"):
        row["output"] = round(float(entry["output_cost_per_audio_token"]) * _PER_MTOK, 6)
    if entry.get("mode") == "embedding" and row.get("input"):
        # Numbers are no tokens; some rows leave that out.
        row["output"] = row.get("output", 0.0)
    return row if row.get("input") or row.get("output") else {}
