"""The catalogue's files: reading, checking, what layers add to them, and copying prices from LiteLLM."""

from router.policy.catalogue import check, layer
from router.policy.catalogue.extend import with_additions
from router.policy.catalogue.layer import check_additions, load_catalogue_layer
from router.policy.catalogue.read import CatalogueError, load_catalogue

PAGES = (*check.PAGES, *layer.PAGES)

__all__ = [
    "PAGES",
    "CatalogueError",
    "check_additions",
    "load_catalogue",
    "load_catalogue_layer",
    "with_additions",
]
