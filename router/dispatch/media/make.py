"""Media are made: the wish is checked, the provider's way chosen, the result saved and priced."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from router.dispatch.media import elevenlabs, fal, replicate, runway, stability, through_litellm, veo, xai
from router.dispatch.media.api import Api
from router.dispatch.media.cost import made_of
from router.dispatch.media.save import check_folder
from router.dispatch.media.studio import Made, Saved, Studio
from router.dispatch.media.wanted import Wanted, wanted_of
from router.dispatch.ports import CallFailed, Target
from router.model.call import Ask

FILM_S = 5.0
"""Length of a film when nobody says: it is always asked for, so that the price is known."""


class _Adapter(NamedTuple):
    """One provider's way: its address and the version that ends its path, its headers for a key, what it makes."""

    base: str
    version: str
    headers: Callable[[str], dict[str, str]]
    make: Callable[[str, Wanted, Api], Awaitable[Saved]]
    kinds: frozenset[str]


_IMAGE, _VIDEO, _AUDIO = frozenset({"image"}), frozenset({"video"}), frozenset({"audio"})
ADAPTERS: Mapping[str, _Adapter] = {
    "fal_ai": _Adapter(fal.BASE, "", fal.headers, fal.make, _IMAGE | _VIDEO | _AUDIO),
    "elevenlabs": _Adapter(elevenlabs.BASE, "", elevenlabs.headers, elevenlabs.make, _AUDIO),
    "runwayml": _Adapter(runway.BASE, runway.VERSION, runway.headers, runway.make, _IMAGE | _VIDEO),
    "stability": _Adapter(stability.BASE, "", stability.headers, stability.make, _IMAGE),
    "replicate": _Adapter(
        replicate.BASE, replicate.VERSION, replicate.headers, replicate.make, _IMAGE | _VIDEO | _AUDIO
    ),
    "xai": _Adapter(xai.BASE, xai.VERSION, xai.headers, xai.make, _VIDEO),
    "gemini": _Adapter(veo.BASE, veo.VERSION, veo.headers, veo.make, _VIDEO),
}
"""By LiteLLM's prefix; kinds that an adapter does not make go through LiteLLM."""


async def make(target: Target, ask: Ask, studio: Studio) -> Made:
    """Files of what is asked of one model; raises `CallFailed`, which is final once a provider accepted the job.

    `ask.media` may say kind, size, quality, seconds, voice, format and count. Cancelling stops the job as far as its
    provider allows. Nothing is left in the folder but whole files.
    """
    wanted = wanted_of(target, ask)
    if wanted.kind == "video":
        wanted = wanted._replace(seconds=float(math.ceil(wanted.seconds or FILM_S)))
    check_folder(studio.folder)
    try:
        async with asyncio.timeout(studio.left_s()):
            saved = await _saved(target, wanted, studio)
    except TimeoutError:
        raise CallFailed("timeout", "no result within the deadline", final=True) from None
    return made_of(saved, wanted, target.model)


async def _saved(target: Target, wanted: Wanted, studio: Studio) -> Saved:
    prefix, _, name = target.litellm.partition("/")
    adapter = ADAPTERS.get(prefix)
    key = target.api_key or ""
    if adapter is None or wanted.kind not in adapter.kinds:
        mode = target.model.mode if target.model else ""
        api = Api(studio, target.base_url or "", {}, key, wanted.prompt)
        return await through_litellm.make(target.litellm, wanted, api, mode)
    base = (target.base_url or adapter.base).rstrip("/").removesuffix(adapter.version) + adapter.version
    return await adapter.make(name, wanted, Api(studio, base, adapter.headers(key), key, wanted.prompt))
