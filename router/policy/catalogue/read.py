"""Reading the catalogue's two files."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from router.base.failures import DamagedFileError, RouterError
from router.base.problems import Problem, has_errors, in_order
from router.base.shipped import shipped
from router.model.catalogue import Catalogue
from router.policy.catalogue.assemble import assembled
from router.policy.catalogue.check import check_models
from router.policy.sources.yaml_nodes import plain
from router.policy.sources.yaml_reader import read_yaml

MODELS = "rules/models.yaml"
PRICES = "rules/prices.json"


class CatalogueError(RouterError):
    """The catalogue that ships with the package has faults; `problems` says where."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(f"{problem.span}: {problem.message}" for problem in problems))
        self.problems = problems


def load_catalogue(path_models: Path | None = None, path_prices: Path | None = None) -> Catalogue:
    """The catalogue, by default the one that ships with the package.

    Raises `CatalogueError` with every fault of `models.yaml`, and `DamagedFileError` for prices that are no JSON.
    """
    return _load(path_models or shipped(MODELS), path_prices or shipped(PRICES))


@cache
def _load(path_models: Path, path_prices: Path) -> Catalogue:
    return assembled(read_models(path_models), read_prices(path_prices))


def read_models(path: Path | None = None) -> dict[str, Any]:
    """The content of `models.yaml` as plain data; raises `CatalogueError` with every fault and its place."""
    path = path or shipped(MODELS)
    node, problems = read_yaml(path.read_text(encoding="utf-8"), str(path))
    problems = in_order(problems or check_models(node))
    if has_errors(problems):
        raise CatalogueError(problems)
    content: dict[str, Any] = plain(node)
    return content


def read_prices(path: Path | None = None) -> dict[str, Any]:
    """The content of `prices.json`: `source`, `date` and `models` by id."""
    path = path or shipped(PRICES)
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        assert isinstance(content["models"], dict)
    except (ValueError, KeyError, TypeError, AssertionError) as cause:
        raise DamagedFileError(str(path), "it is not the table of prices that was built") from cause
    return content
