"""Lossless rewriting of an output's own layout; one module a layout, each with `reshape(lines) -> lines`."""

from collections.abc import Sequence
from importlib import import_module

NAMES = (
    "columns",
    "gh_log",
    "git_diff",
    "git_log",
    "listing",
    "matches",
    "places",
    "requirements",
    "rustc",
    "tap",
    "tree",
    "tsc_pretty",
)


def reshaped(lines: Sequence[str], names: Sequence[str]) -> list[str]:
    """The lines after the named reshapers, in their order."""
    out = list(lines)
    for name in names:
        out = import_module(f"{__name__}.{name}").reshape(out)
    return out
