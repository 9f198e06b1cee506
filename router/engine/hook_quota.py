"""What a host says of its plan on the status line's input, kept for decisions: the facts `quota(…)`."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from router.base.files import write_atomically
from router.facts.keys import fact_key


def keep_quotas(path: Path, quotas: Iterable[tuple[str, float, float]]) -> None:
    """Keeps the windows: name, fraction used, end in seconds since 1970; raises `OSError`."""
    plain = {name: [used, ends] for name, used, ends in quotas}
    write_atomically(path, json.dumps(plain).encode("ascii"), durably=False)


def quota_facts(path: Path, now_s: float) -> Mapping[str, float]:
    """The facts by key; a window that has ended since is empty again."""
    facts: dict[str, float] = {}
    with suppress(OSError, ValueError, TypeError, AttributeError):
        for name, (used, ends) in json.loads(path.read_bytes()).items():
            facts[fact_key("quota", str(name))] = float(used) if now_s < float(ends) else 0.0
    return facts
