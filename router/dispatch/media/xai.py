"""xAI's films, which LiteLLM does not make (docs.x.ai, video generation)."""

from collections.abc import Mapping
from typing import Any

from router.dispatch.media.api import Api
from router.dispatch.media.download import save_all
from router.dispatch.media.polling import wait_for
from router.dispatch.media.studio import Saved
from router.dispatch.media.wanted import Wanted

BASE, VERSION = "https://api.x.ai", "/v1"
_RATIOS = ("16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16")
_RUNNING = ("pending", "queued", "processing", "in_progress")


def headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def make(name: str, wanted: Wanted, api: Api) -> Saved:
    """A film of a whole number of seconds; the provider says how long it became."""
    started = await api.json("POST", "/videos/generations", json=_sent(name, wanted))
    path = f"/videos/{api.id_of(started, 'request_id')}"

    async def look() -> dict[str, Any] | None:
        state = await api.json("GET", path)
        video, status = state.get("video"), str(state.get("status") or "")
        if status in _RUNNING:
            return None
        if status not in ("done", "") or not isinstance(video, Mapping):
            raise api.job_failed(status or "done", state.get("error") or state.get("message"))
        if video.get("respect_moderation") is False:
            raise api.failed("content_filter", "the film was withheld by the provider's moderation")
        return dict(video)

    video = await wait_for(api, look)
    length = video.get("duration")
    seconds = float(length) if isinstance(length, int | float) and length > 0 else wanted.seconds
    return Saved(await save_all([video.get("url")], wanted.kind, api), seconds=seconds, reported_model=name)


def _sent(name: str, wanted: Wanted) -> dict[str, Any]:
    sent: dict[str, Any] = {"model": name, "prompt": wanted.prompt, "duration": int(wanted.seconds or 0)}
    if ratio := wanted.aspect(_RATIOS):
        sent["aspect_ratio"] = ratio
    if wanted.image:
        sent["image"] = {"url": wanted.image}
    return sent
