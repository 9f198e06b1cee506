"""Replicate by its predictions (replicate.com/docs, HTTP API)."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from router.dispatch.media.api import Api
from router.dispatch.media.download import save_all
from router.dispatch.media.polling import wait_for
from router.dispatch.media.repeated import repeated
from router.dispatch.media.studio import Saved
from router.dispatch.media.wanted import Wanted

BASE, VERSION = "https://api.replicate.com", "/v1"
_RATIOS = ("21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16", "9:21")
_RUNNING = ("starting", "processing")


def headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def make(name: str, wanted: Wanted, api: Api) -> Saved:
    """What a model such as `owner/name` makes; several pictures are several predictions."""
    count = wanted.copies if wanted.kind == "image" else 1
    files, notes = await repeated(count, lambda: _one(name, wanted, api))
    return Saved(files, reported_model=name, notes=notes)


async def _one(name: str, wanted: Wanted, api: Api) -> tuple[Path, ...]:
    started = await api.json("POST", f"/models/{name}/predictions", json={"input": _input(wanted)})
    path = f"/predictions/{api.id_of(started, 'id')}"

    async def look() -> dict[str, Any] | None:
        state = await api.json("GET", path)
        status = str(state.get("status"))
        if status in _RUNNING:
            return None
        if status != "succeeded":
            raise api.job_failed(status, state.get("error"))
        return state

    state = await wait_for(api, look, lambda: api.bytes("POST", f"{path}/cancel"))
    return await save_all(_urls(state.get("output")), wanted.kind, api)


def _input(wanted: Wanted) -> dict[str, Any]:
    sent: dict[str, Any] = {"text" if wanted.kind == "audio" else "prompt": wanted.prompt}
    if ratio := wanted.aspect(_RATIOS):
        sent["aspect_ratio"] = ratio
    if wanted.kind == "video" and wanted.seconds:
        sent["duration"] = int(wanted.seconds)
    if wanted.image:
        sent["image"] = wanted.image
    return sent


def _urls(output: Any) -> list[object]:
    """Addresses of an output, which is one, a list of them, or a map with them as values."""
    if isinstance(output, Mapping):
        output = list(output.values())
    return output if isinstance(output, list) else [output] if output else []
