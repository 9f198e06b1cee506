"""Stand in for `hashlib`, `datetime`, `types` and others: the few names of each that the hot path uses."""

# mypy: ignore-errors

import _blake2
import _datetime
import _functools

try:
    from _sha256 import sha256 as _sha256
except ImportError:
    from _sha2 import sha256 as _sha256


class hashlib:
    """The digests our files use, without loading OpenSSL."""

    blake2b, sha256 = _blake2.blake2b, _sha256


class datetime:
    """The C half alone, which is all that newer Pythons load too."""

    date, datetime, timedelta, timezone = _datetime.date, _datetime.datetime, _datetime.timedelta, _datetime.timezone
    UTC = _datetime.timezone.utc


class types:
    """The one type of it that the hot path names."""

    MappingProxyType = type(type.__dict__)


class _Suppress:
    __slots__ = ("_kinds",)

    def __init__(self, *kinds):
        self._kinds = kinds

    def __enter__(self):
        return None

    def __exit__(self, kind, _value, _trace):
        return kind is not None and issubclass(kind, self._kinds)


class contextlib:
    """`suppress`."""

    suppress = _Suppress


def _cache(function):
    return _functools._lru_cache_wrapper(function, None, False, lambda *counts: counts)


def _lru_cache(maxsize=128, typed=False):
    return lambda function: _functools._lru_cache_wrapper(function, maxsize, typed, lambda *counts: counts)


class functools:
    """Caches."""

    cache, lru_cache = staticmethod(_cache), staticmethod(_lru_cache)
    partial, reduce = _functools.partial, _functools.reduce
