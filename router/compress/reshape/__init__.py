"""Lossless rewriting of an output's own layout; one module a layout, each with `reshape`: lines to lines, or to `Reshaped`."""

from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped

NAMES = (
    "build_steps",
    "carets",
    "columns",
    "eslint",
    "gcc",
    "git_diff",
    "git_log",
    "git_stat",
    "hcl",
    "listing",
    "long_listing",
    "matches",
    "once",
    "places",
    "pytest",
    "requirements",
    "rustc",
    "tap",
    "told_again",
    "tree",
    "tsc_pretty",
)


def reshaped(lines: Sequence[str], names: Sequence[str]) -> Reshaped:
    """The lines after the named reshapers, in their order, with all that was told otherwise or quoted."""
    out, told, quoted = list(lines), dict[str, str](), set[str]()
    for name in names:
        found = __import__(f"{__name__}.{name}", fromlist=["reshape"]).reshape(out)
        if isinstance(found, Reshaped):
            told |= found.told
            quoted |= found.quoted
            out = found.lines
        else:
            out = found
    return Reshaped(out, told, quoted)
