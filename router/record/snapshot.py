"""A small file with what was spent, for hooks, which open no database; standard library only."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from router.base.files import write_atomically
from router.facts.keys import fact_key
from router.record.money import day, micros, month

FILE = "spend.json"


def write_snapshot(path: Path, snapshot: Mapping[str, Any]) -> None:
    """Puts a snapshot in place of the last one, atomically and for the owner alone; raises `OSError`."""
    write_atomically(path, json.dumps(snapshot, separators=(",", ":")).encode("ascii"))


def read_snapshot(path: Path, now: datetime, session: str | None) -> dict[str, float]:
    """The facts as the last settled call left them; none when there is no such file or it is not one of ours.

    What counts by a day or a month that is over is zero: a call settled since would have written anew.
    """
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        plain = json.loads(path.read_bytes())
        at = micros(now)
        facts = _merged(plain, day(at), month(at))
        if session is not None:
            facts[fact_key("spend", "session")] = float(plain["sessions"].get(session, 0.0))
        return facts
    return {}


def _merged(plain: Mapping[str, Any], today: str, this_month: str) -> dict[str, float]:
    """A provider's pressure may count by both periods, and the fuller one counts."""
    current = {"day": plain["days"][0] == today, "month": plain["days"][1] == this_month}
    facts: dict[str, float] = {}
    for period, still in current.items():
        for key, value in plain[period].items():
            facts[key] = max(facts.get(key, 0.0), float(value) if still else 0.0)
    return facts
