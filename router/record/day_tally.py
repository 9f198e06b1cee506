"""Today's decisions by kind and what they saved, for the status line: a file a day that lines are appended to.

One short line is written at once, so that many hooks count without a lock and none is lost; standard library only.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from router.model.terms import TASKS


class Today(NamedTuple):
    """Decisions of one day by task, and the estimated saving in US dollars of those that were carried out."""

    by_task: Mapping[str, int]
    saved_usd: float


def count_decision(folder: Path, day: str, task: str | None) -> None:
    """Counts one decision; raises `OSError`."""
    _append(folder, day, task or "unknown")


def count_saving(folder: Path, day: str, usd: float) -> None:
    """Counts what a call that followed a decision is estimated to have saved; raises `OSError`."""
    _append(folder, day, f"saved {usd:.6f}")


def read_day(folder: Path, day: str) -> Today:
    """The day's counts; zero where there is nothing."""
    by_task: dict[str, int] = {}
    saved = 0.0
    with suppress(OSError):
        for line in (folder / day).read_bytes().decode("ascii", "replace").splitlines():
            word, _, rest = line.partition(" ")
            if word in TASKS and not rest:
                by_task[word] = by_task.get(word, 0) + 1
            elif word == "saved":
                with suppress(ValueError):
                    saved += float(rest)
    return Today(by_task, saved)


def _append(folder: Path, day: str, line: str) -> None:
    path = folder / day
    try:
        handle = _opened(path)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = _opened(path)
    try:
        os.write(handle, f"{line}\n".encode("ascii"))
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
