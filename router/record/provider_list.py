"""A small file with the providers that can be called, for hooks, which look for no keys; standard library only."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from router.base.files import write_atomically

FILE = "providers.json"
COUNTS_S = 86_400.0
"""How long a list counts, in seconds: what was set up or went away since is not known to it."""

_KEYS = (".env", "config.yaml")
_AGAIN_S = 600.0
"""A list that says the same is written anew after so long."""


def keep_providers(user: Path, providers: Iterable[str], now_s: float) -> None:
    """Puts the list in place of the last one, where it says something else or that one gets old; never raises `OSError`.

    Of no key is anything in it but whose it is.
    """
    names = sorted(providers)
    with suppress(OSError):
        path = user / FILE
        age, known = _read(path, now_s)
        if known != names or not 0 <= age < _AGAIN_S:
            write_atomically(path, json.dumps({"at": now_s, "providers": names}).encode("ascii"), durably=False)


def forget_providers(user: Path) -> None:
    """Takes the list away, since a key was added or removed: until the next one nobody is left out."""
    with suppress(OSError):
        (user / FILE).unlink(missing_ok=True)


def is_due(user: Path, now_s: float) -> bool:
    """Whether a new list should be made: there is none that counts for long, or the user's keys have changed since."""
    age, known = _read(user / FILE, now_s)
    if known is None or not 0 <= age < COUNTS_S / 2:
        return True
    return any(_changed(user / name) > now_s - age for name in _KEYS)


def _changed(path: Path) -> float:
    try:
        return os.stat(path).st_mtime  # noqa: PTH116 dear for a hook
    except OSError:
        return 0.0


def read_providers(user: Path, now_s: float) -> frozenset[str] | None:
    """The providers that can be called; None when that is not known, or was found out too long ago."""
    age, known = _read(user / FILE, now_s)
    return frozenset(known) if known is not None and 0 <= age < COUNTS_S else None


def _read(path: Path, now_s: float) -> tuple[float, list[str] | None]:
    try:
        plain = json.loads(path.read_bytes())
        at, names = float(plain["at"]), plain["providers"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return -1.0, None
    usable = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return (now_s - at, names) if usable else (-1.0, None)
