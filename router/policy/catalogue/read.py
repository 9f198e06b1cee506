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
    return {"models": content, "prices": json.loads(price_path.read_text(encoding="utf-8"))}


@cache
def load_catalogue() -> Catalogue:
    """The shipped catalogue."""
    return catalogue_from_plain(plain_catalogue())
