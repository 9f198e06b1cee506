"""Reading the catalogue's two files."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from router.base.failures import RouterError
from router.base.shipped import shipped
from router.model.catalogue import Catalogue, catalogue_from_plain


class CatalogueError(RouterError):
    """The catalogue's files are not what their schema says."""


def plain_catalogue(models: Path | None = None, prices: Path | None = None) -> dict[str, Any]:
    """The content of both files as plain data; raises `CatalogueError` naming the place of the first fault."""
    import yaml
    from jsonschema import Draft202012Validator

    path = models or shipped("rules/models.yaml")
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    schema = json.loads(shipped("schemas/catalogue.schema.json").read_text(encoding="utf-8"))
    fault = next(iter(Draft202012Validator(schema).iter_errors(content)), None)
    if fault is not None:
        raise CatalogueError(f"{path}: {'.'.join(str(part) for part in fault.absolute_path)}: {fault.message}")
    price_path = prices or shipped("rules/prices.json")
    return _plain(content, json.loads(price_path.read_text(encoding="utf-8")))


def _plain(content: dict[str, Any], prices: dict[str, Any]) -> dict[str, Any]:
    rows = prices["models"]
    providers = {
        id_: {
            "name": row["name"], "kind": row["kind"], "key_variables": row["keys"],
            "litellm_prefix": row.get("litellm_prefix", id_), "base_url_variable": row.get("base_url"),
            "free": bool(row.get("free")), "free_tier": bool(row.get("free_tier")),
        }
        for id_, row in content["providers"].items()
    }  # fmt: skip
    models = {}
    for id_, row in content["models"].items():
        price = rows.get(id_, {})
        models[id_] = {
            "tier": row["tier"], "capabilities": row["can"], "context_tokens": row.get("context") or price.get("context") or 0,
            "input_usd_per_mtok": price.get("input"), "output_usd_per_mtok": price.get("output"),
            "cached_usd_per_mtok": price.get("cached"), "unit": price.get("unit"), "unit_usd": price.get("unit_usd"),
            "free": providers[id_.partition("/")[0]]["free"], "deprecated": row.get("deprecated"),
            "replacement": row.get("replacement"),
        }  # fmt: skip
    return {
        "providers": providers, "models": models, "chains": content["chains"],
        "provider_models": content["provider_models"], "output_tokens": content["expected_output_tokens"],
        "priced_by": prices["source"], "priced_on": prices["date"],
    }  # fmt: skip


@cache
def load_catalogue() -> Catalogue:
    """The shipped catalogue."""
    return catalogue_from_plain(plain_catalogue())
