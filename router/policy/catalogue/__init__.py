"""The shipped catalogue: read, validated, priced."""

from router.policy.catalogue.read import CatalogueError, load_catalogue, plain_catalogue

__all__ = ["CatalogueError", "load_catalogue", "plain_catalogue"]
