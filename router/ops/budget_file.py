"""The user's monthly caps in `budgets.json`, changed by one process at a time."""

import fcntl
import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from router.base.failures import DamagedFileError, RouterError
from router.base.files import write_atomically
from router.policy.sources.places_of import BUDGETS_FILE

MOST_USD = 1e9


def read_budgets(user: Path) -> dict[str, float]:
    """US dollars a month by provider; raises `DamagedFileError` for a file that holds something else."""
    path = user / BUDGETS_FILE
    try:
        plain = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as cause:
        raise DamagedFileError(str(path), f"cannot be read as JSON ({cause})") from None
    if not isinstance(plain, dict) or not all(_is_amount(value) for value in plain.values()):
        raise DamagedFileError(str(path), "is no map from a provider to US dollars a month")
    return {name: float(value) for name, value in plain.items()}


@contextmanager
def changing(user: Path) -> Iterator[dict[str, float]]:
    """The budgets, to be changed in place; written when the body ends, and no other process changes them meanwhile.

    A file that holds something else is refused and left as it is.
    """
    try:
        user.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(user / f".{BUDGETS_FILE}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as cause:
        raise RouterError(f"{user} cannot be written: {cause.strerror}") from cause
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        budgets = read_budgets(user)
        before = dict(budgets)
        yield budgets
        if budgets != before:
            _write(user / BUDGETS_FILE, budgets)
    finally:
        os.close(handle)


def _write(path: Path, budgets: dict[str, float]) -> None:
    text = json.dumps(dict(sorted(budgets.items())), indent=2) + "\n"
    try:
        write_atomically(path, text.encode("utf-8"))
    except OSError as cause:
        raise RouterError(f"{path} cannot be written: {cause.strerror}") from cause


def _is_amount(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
