"""Runway by its tasks: one is created, then asked for until it ends (docs.dev.runwayml.com, API reference)."""

from typing import Any

from router.dispatch.media.api import Api
from router.dispatch.media.download import save_all
from router.dispatch.media.polling import wait_for
from router.dispatch.media.studio import Saved
from router.dispatch.media.wanted import Wanted

BASE, VERSION = "https://api.dev.runwayml.com", "/v1"
_DATED = "2024-11-06"
_RUNNING = ("PENDING", "RUNNING", "THROTTLED")
_SIZES = {"image": (1024, 1024), "video": (1280, 720)}


def headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "X-Runway-Version": _DATED}


async def make(name: str, wanted: Wanted, api: Api) -> Saved:
    """A picture or a film; one that begins from a picture is made of it."""
    task = await api.json("POST", _path(wanted), json=_sent(name, wanted))
    path = f"/tasks/{api.id_of(task, 'id')}"

    async def look() -> dict[str, Any] | None:
        state = await api.json("GET", path)
        status = str(state.get("status"))
        if status in _RUNNING:
            return None
        if status != "SUCCEEDED":
            raise api.job_failed(status, state.get("failure") or state.get("failureCode"))
        return state

    state = await wait_for(api, look, lambda: api.bytes("DELETE", path))
    output = state.get("output")
    urls = output if isinstance(output, list) else [output] if output else []
    return Saved(await save_all(urls, wanted.kind, api), seconds=wanted.seconds, reported_model=name)


def _path(wanted: Wanted) -> str:
    return f"/{'image' if wanted.image and wanted.kind == 'video' else 'text'}_to_{wanted.kind}"


def _sent(name: str, wanted: Wanted) -> dict[str, Any]:
    width, height = wanted.size or _SIZES[wanted.kind]
    sent: dict[str, Any] = {"model": name, "promptText": wanted.prompt, "ratio": f"{width}:{height}"}
    if wanted.kind == "video":
        sent["duration"] = int(wanted.seconds or 0)
        if wanted.image:
            sent["promptImage"] = wanted.image
    elif wanted.image:
        sent["referenceImages"] = [{"uri": wanted.image}]
    return sent
