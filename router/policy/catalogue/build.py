"""Copies prices and context sizes from LiteLLM's own table: `python -m router.policy.catalogue.build`."""

import json
import os
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from typing import Any

import yaml

from router.base.files import write_atomically
from router.base.shipped import shipped
from router.model.catalogue import catalogue_from_plain

_PER_MTOK = 1_000_000
_UNITS = (
    ("output_cost_per_image", "image"),
    ("input_cost_per_image", "image"),
    ("output_cost_per_second", "second"),
    ("output_cost_per_video_per_second", "second"),
    ("input_cost_per_character", "character"),
)


def build_prices(content: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Price rows of every model of the catalogue, by id; `price:` in the catalogue overrides LiteLLM's table."""
    catalogue = catalogue_from_plain({"models": content})
    rows = {}
    for id_, model in sorted(catalogue.models.items()):
        own = content["models"][id_].get("price")
        rows[id_] = _given(own) if own else price_row(table.get(model.litellm) or {})
    return rows


def _given(price: Mapping[str, Any]) -> dict[str, Any]:
    row = {key: price[key] for key in ("input", "output", "cached") if key in price}
    if "unit" in price:
        row |= {"unit": price["unit"], "unit_usd": price["usd"]}
    return row


def price_row(entry: Mapping[str, Any]) -> dict[str, Any]:
    """One row of LiteLLM's table in our units; what it does not know is left out."""
    row: dict[str, Any] = {}
    for ours, theirs in (
        ("input", "input_cost_per_token"),
        ("output", "output_cost_per_token"),
        ("cached", "cache_read_input_token_cost"),
    ):
        if entry.get(theirs) is not None:
            row[ours] = round(float(entry[theirs]) * _PER_MTOK, 6)
    for theirs, unit in _UNITS:
        if entry.get(theirs) and "unit" not in row and not (row.get("output") and unit != "image"):
            row |= {"unit": unit, "unit_usd": float(entry[theirs])}
    context = entry.get("max_input_tokens")
    if context:
        row["context"] = int(context)
    return row


def litellm_table() -> Mapping[str, Any]:
    """LiteLLM's price table as installed; the network is never asked."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    table: Mapping[str, Any] = litellm.model_cost
    return table


def main() -> None:
    """Write `rules/prices.json` beside the catalogue."""
    content = yaml.safe_load(shipped("rules/models.yaml").read_text(encoding="utf-8"))
    document = {
        "date": date.today().isoformat(),
        "source": f"litellm {version('litellm')}",
        "models": build_prices(content, litellm_table()),
    }
    path = shipped("rules/prices.json")
    write_atomically(path, (json.dumps(document, indent=1, sort_keys=True) + "\n").encode("ascii"), mode=0o644)
    missing = [id_ for id_, row in document["models"].items() if not {"input", "unit"} & row.keys()]  # type: ignore[attr-defined]
    print(f"wrote {path}; without a price: {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    main()
