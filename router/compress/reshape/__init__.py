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


def reshaped(lines: Sequence[str], names: Sequence[str]) -> tuple[list[str], set[str]]:
    """The lines after the named reshapers, in their order; and those left out that quote a source file, without margin.

    A module may have `quoted(lines)` beside `reshape(lines)`: such lines look like anything and say nothing of their own.
    """
    out = list(lines)
    quotes: set[str] = set()
    for name in names:
        module = import_module(f"{__name__}.{name}")
        if hasattr(module, "quoted"):
            quotes.update(line.strip() for line in module.quoted(out))
        out = module.reshape(out)
    return out, quotes
