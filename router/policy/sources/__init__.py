"""Finding, reading and merging the layers, with the place of every value."""

from router.policy.sources.environment import ENVIRONMENT, Variable
from router.policy.sources.fetch import Fetch, FetchError
from router.policy.sources.read import read_sources
from router.policy.sources.values import Claim, Origin, Setting, Sources

__all__ = [
    "ENVIRONMENT",
    "Claim",
    "Fetch",
    "FetchError",
    "Origin",
    "Setting",
    "Sources",
    "Variable",
    "read_sources",
]
