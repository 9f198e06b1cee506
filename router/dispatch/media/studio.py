"""What making media needs of the world, and what comes of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from router.dispatch.media.resolve import resolve
from router.model.ledger import Usage

if TYPE_CHECKING:
    import httpx

MAX_FILE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Studio:
    """The world of one call for media.

    `http` reaches providers; it follows no redirect by itself. Files go into `folder`. `deadline` is a time of
    `clock`, which gives seconds that only grow; `sleep` waits for seconds. `resolve` gives a host's IP addresses.
    """

    http: "httpx.AsyncClient"
    folder: Path
    deadline: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    resolve: Callable[[str, int], Awaitable[tuple[str, ...]]] = resolve
    max_bytes: int = MAX_FILE_BYTES

    def left_s(self) -> float:
        """Seconds until the deadline, at least 0."""
        return max(self.deadline - self.clock(), 0.0)


class Saved(NamedTuple):
    """What an adapter made: its files, and what the provider reported of it."""

    files: tuple[Path, ...]
    usage: Usage | None = None
    seconds: float | None = None
    reported_model: str | None = None
    notes: tuple[str, ...] = ()


class Made(NamedTuple):
    """Media that were made: paths of whole files, and what they cost in US dollars by the catalogue's prices.

    `units` counts pictures, seconds or characters, as `unit` says. `cost_usd` None: the price is not known.
    `estimated`: the provider did not report what is billed. `notes` are lines for the user.
    """

    files: tuple[str, ...]
    unit: str | None
    units: float
    cost_usd: float | None
    usage: Usage
    estimated: bool = False
    reported_model: str | None = None
    notes: tuple[str, ...] = ()
