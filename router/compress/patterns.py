"""RE2 patterns: many asked of a line in one pass, or one with its groups."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from router.compress.single import Single

MAX_LINE_CHARS = 4_000
"""A longer line is matched by its beginning alone."""


class Late:
    """A regular expression of ours, compiled when it is first called for: most outputs need few of them."""

    __slots__ = ("_compiled", "_source")

    def __init__(self, source: str) -> None:
        self._source = source
        self._compiled: re.Pattern[str] | None = None

    def __call__(self) -> "re.Pattern[str]":
        if self._compiled is None:
            self._compiled = re.compile(self._source)
        return self._compiled


class Quick:
    """The same on RE2, which compiles in a fraction of the time and takes longer for each match."""

    __slots__ = ("_source",)

    def __init__(self, source: str) -> None:
        self._source = source

    def __call__(self) -> Single:
        return compiled(self._source)


class PatternSet:
    """Numbers of the patterns that match a line."""

    def __init__(self, patterns: Iterable[str]) -> None:
        import re2

        options = _options()
        options.never_capture = True
        self._set = re2.Set.SearchSet(options)
        count = 0
        for pattern in patterns:
            self._set.Add(pattern)
            count += 1
        self._empty = count == 0
        if count:
            self._set.Compile()

    def hits(self, line: str) -> tuple[int, ...]:
        """Which patterns match, in no particular order."""
        return () if self._empty else tuple(self._set.Match(_encoded(line)) or ())


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Single:
    """One RE2 pattern."""
    import re2

    return Single(pattern, _options(), re2._re2)


def bounded(line: str) -> str:
    """What of a line is matched."""
    return line if len(line) <= MAX_LINE_CHARS else line[:MAX_LINE_CHARS]


def _encoded(line: str) -> bytes:
    return bounded(line).encode("utf-8", "replace")


def _options() -> Any:
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    return options
