"""`python -m router.policy.catalogue.build`: prices and facts of the catalogue's models, copied from LiteLLM's table."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from router.base.clock import system_clock
from router.base.files import write_atomically
from router.base.shipped import shipped
from router.policy.catalogue.assemble import litellm_name, provider_of
from router.policy.catalogue.litellm_table import entry_of, facts_of, litellm_table, price_of
from router.policy.catalogue.read import read_models


def source() -> str:
    """The library that the prices come from, with its version."""
    return f"litellm {version('litellm')}"


def price_rows(content: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """One row for each model of the catalogue, by id; a `price` in its line comes before the table's."""
    return {
        id_: _row(id_, line, content["providers"], table) for id_, line in sorted(content["models"].items())
    }


def _row(
    id_: str, line: Mapping[str, Any], providers: Mapping[str, Any], table: Mapping[str, Any]
) -> dict[str, Any]:
    provider = provider_of(id_.partition("/")[0], providers[id_.partition("/")[0]])
    entry = entry_of(table, litellm_name(id_, line, provider), provider.litellm_prefix)
    facts = facts_of(entry)
    if provider.free or line.get("free"):
        return facts
    if "price" in line:
        return facts | {key: value for key, value in line["price"].items() if key != "on"}
    searches = providers[provider.id].get("always_searches", False)
    return facts | price_of(entry, speaks="audio" in line["can"], searches=searches)


def document(rows: Mapping[str, Mapping[str, Any]], source: str, day: str) -> str:
    """The text of `prices.json`: one line for each model, so that a change of price is a change of one line."""
    lines = [f"  {json.dumps(id_)}: {json.dumps(row, sort_keys=True)}" for id_, row in sorted(rows.items())]
    head = f'{{\n "source": {json.dumps(source)},\n "date": {json.dumps(day)},\n "models": {{\n'
    return head + ",\n".join(lines) + "\n }\n}\n"


def unpriced(content: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Models that cost something, but nobody knows what."""
    free = {id_ for id_, row in content["providers"].items() if row.get("free")}
    return [
        id_
        for id_, row in rows.items()
        if not ("usd" in row or {"input", "output"} <= row.keys())
        and not (id_.partition("/")[0] in free or content["models"][id_].get("free"))
    ]


def main() -> None:
    """Write `rules/prices.json` beside the catalogue."""
    content = read_models()
    rows = price_rows(content, litellm_table())
    path = shipped("rules/prices.json")
    text = document(rows, source(), system_clock().date().isoformat())
    write_atomically(path, text.encode("ascii"), mode=0o644)
    print(
        f"wrote {path}: {len(rows)} models; without a price: {', '.join(unpriced(content, rows)) or 'none'}"
    )


if __name__ == "__main__":
    main()
