"""fal.ai by its queue: submit, ask for the status, fetch the result (docs.fal.ai, Queue API)."""

from collections.abc import Iterator, Mapping
from typing import Any

from router.dispatch.media.api import Api
from router.dispatch.media.download import save_all
from router.dispatch.media.polling import wait_for
from router.dispatch.media.studio import Saved
from router.dispatch.media.wanted import Wanted

BASE = "https://queue.fal.run"
_NAMESPACES = ("workflows", "comfy")
_RATIOS = ("21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21")
_RUNNING = ("IN_QUEUE", "IN_PROGRESS")


def headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Key {key}"}


async def make(name: str, wanted: Wanted, api: Api) -> Saved:
    """Pictures, films or sound of a model such as `owner/app/variant`."""
    job = await api.json("POST", f"/{name}", json=_sent(wanted))
    parts = name.split("/")
    owner = "/".join(parts[: 3 if parts[0] in _NAMESPACES else 2])
    path = f"/{owner}/requests/{api.id_of(job, 'request_id')}"
    status_path, path, cancel_path = (
        api.path_of(job.get(said), usual)
        for said, usual in (
            ("status_url", f"{path}/status"),
            ("response_url", path),
            ("cancel_url", f"{path}/cancel"),
        )
    )

    async def look() -> dict[str, Any] | None:
        state = await api.json("GET", status_path)
        status = str(state.get("status"))
        if status in _RUNNING:
            return None
        if status != "COMPLETED" or state.get("error"):
            raise api.job_failed(status, state.get("error") or state.get("detail"))
        return await api.json("GET", path)

    result = await wait_for(api, look, lambda: api.bytes("PUT", cancel_path))
    flags = result.get("has_nsfw_concepts")
    if isinstance(flags, list) and flags and all(flags):
        raise api.failed("content_filter", "the result was blanked by the provider's safety filter")
    return Saved(await save_all(_urls(result, wanted.kind), wanted.kind, api), reported_model=name)


def _sent(wanted: Wanted) -> dict[str, Any]:
    sent: dict[str, Any] = {"text" if wanted.kind == "audio" else "prompt": wanted.prompt}
    if wanted.kind == "image":
        sent["num_images"] = wanted.copies
    if wanted.size and wanted.kind == "image":
        # Some models take pixels and some a ratio; each ignores what it does not know.
        sent["image_size"] = {"width": wanted.size[0], "height": wanted.size[1]}
    if ratio := wanted.aspect(_RATIOS):
        sent["aspect_ratio"] = ratio
    if wanted.kind == "video" and wanted.seconds:
        sent["duration"] = f"{wanted.seconds:g}"
    if wanted.image:
        sent["image_url"] = wanted.image
    if wanted.voice:
        sent["voice"] = wanted.voice
    return sent


def _urls(result: Mapping[str, Any], kind: str) -> Iterator[object]:
    """The addresses of the files: a list under the plural, one object or address under the singular."""
    for name in (f"{kind}s", kind, f"{kind}_file", f"{kind}_url"):
        found = result.get(name)
        for item in found if isinstance(found, list) else [found] if found else ():
            yield item.get("url") if isinstance(item, Mapping) else item
        if found:
            return
