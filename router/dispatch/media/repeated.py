"""Several results from a provider that gives one at a time; what was paid for is never thrown away."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from router.dispatch.media.save import remove
from router.dispatch.ports import CallFailed


async def repeated(
    count: int, one: Callable[[], Awaitable[Iterable[Path]]]
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """The files of `count` calls, and notes: a failure after the first result ends the series with a note."""
    saved: list[Path] = []
    try:
        for number in range(count):
            try:
                saved += await one()
            except CallFailed as failed:
                if not saved:
                    raise
                return tuple(saved), (f"{number} of {count} were made: {failed.text}",)
    except BaseException:
        remove(saved)
        raise
    return tuple(saved), ()
