"""Media as one more way to reach a model: the answer's text is the paths of the files, one a line."""

import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from router.dispatch.addresses import is_loopback
from router.dispatch.media.make import make
from router.dispatch.media.studio import Studio
from router.dispatch.ports import Piece, Target
from router.model.call import Ask

if TYPE_CHECKING:
    import httpx

_CONNECT_S = 15.0


async def through_media(
    folder: Path, warn: Callable[[str], None], target: Target, ask: Ask, timeout_s: float
) -> AsyncGenerator[Piece, None]:
    """One piece with what was made; raises `CallFailed`. Files go into `ask.media["folder"]`, else into `folder`.

    Closing the generator, or cancelling its task, gives the job up at its provider. `warn` is told what was made
    otherwise than asked.
    """
    chosen = Path(ask.media.get("folder") or folder)
    async with open_http(target.base_url or "", timeout_s) as http:
        made = await make(target, ask, Studio(http, chosen, time.monotonic() + timeout_s))
    for note in made.notes:
        warn(note)
    yield Piece(
        text="\n".join(made.files),
        usage=made.usage,
        finish_reason="stop",
        reported_model=made.reported_model,
        cost_usd=made.cost_usd,
        files=tuple(made.files),
    )


def open_http(base: str, timeout_s: float) -> "httpx.AsyncClient":
    """A client for one call; a proxy of the environment is used for the world outside, not for this machine."""
    import httpx

    timeout = httpx.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_S))
    return httpx.AsyncClient(timeout=timeout, trust_env=not is_loopback(base), follow_redirects=False)
