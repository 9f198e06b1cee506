"""What was last said of a plan's windows, by a host's status line or by a person, kept for decisions: the facts `quota(…)`."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from router.base.files import write_atomically
from router.facts.keys import fact_key

FILE = "hooks/quotas.json"
"""Below the user's folder: name → [fraction used, end, when it was said], times in seconds since 1970."""


class Window(NamedTuple):
    """One window as it was last said; times in seconds since 1970."""

    used: float
    ends_s: float
    said_s: float


def keep_quotas(path: Path, quotas: Iterable[tuple[str, float, float]], now_s: float) -> None:
    """Keeps the windows (name, fraction used, end) with those that were said before; raises `OSError`."""
    plain = {name: list(window) for name, window in read_windows(path).items()}
    plain |= {name: [used, ends, now_s] for name, used, ends in quotas}
    write_atomically(path, json.dumps(plain).encode("ascii"), durably=False)


def read_windows(path: Path) -> dict[str, Window]:
    """The windows by name; what is none is left out."""
    found: dict[str, Window] = {}
    with suppress(OSError, ValueError, RecursionError):
        plain: Any = json.loads(path.read_bytes())
        for name, row in plain.items() if isinstance(plain, dict) else ():
            with suppress(ValueError, TypeError, OverflowError):
                found[name] = Window(*map(float, row))
    return found


def quota_facts(path: Path, now_s: float) -> Mapping[str, float]:
    """The facts by key; a window that has ended since is empty again."""
    windows = read_windows(path).items()
    return {fact_key("quota", name): window.used if now_s < window.ends_s else 0.0 for name, window in windows}
