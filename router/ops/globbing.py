"""Patterns over relative paths: `*` within a folder, `**` across folders, `?` one character."""

import re
from collections.abc import Iterable

from router.base.failures import UsageError

_MOST = 500


def matching(pattern: str, paths: Iterable[str]) -> list[str]:
    """The paths that a pattern matches whole; one without a slash is matched against names. Raises `UsageError`."""
    if len(pattern) > _MOST or pattern.count("*") > 20:
        raise UsageError("the pattern is too long")
    plain = pattern.removeprefix("./")
    if plain.startswith("/") or ".." in plain.split("/"):
        raise UsageError(f"the pattern `{plain[:80]}` leads out of the folder")
    whole = re.compile(_regex(plain if "/" in plain else f"**/{plain}"))
    return [path for path in paths if whole.fullmatch(path)]


def _regex(pattern: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    meant = {"**/": "(?:.+/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(meant.get(part, re.escape(part)) for part in parts)
