"""Stability AI's stable-image (platform.stability.ai/docs/api-reference, v2beta)."""

from pathlib import Path
from typing import Any

from router.dispatch.media.api import Api
from router.dispatch.media.repeated import repeated
from router.dispatch.media.save import save_base64
from router.dispatch.media.studio import Saved
from router.dispatch.media.wanted import Wanted

BASE = "https://api.stability.ai"
_OWN_PATH = "stable-image-"
"""Models so named have a path of their own, named by the rest; the others share that of Stable Diffusion 3."""
_RATIOS = ("21:9", "16:9", "3:2", "5:4", "1:1", "4:5", "2:3", "9:16", "9:21")


def headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Accept": "application/json"}


async def make(name: str, wanted: Wanted, api: Api) -> Saved:
    """Pictures, one request each, for an answer holds one."""
    files, notes = await repeated(wanted.copies, lambda: _one(name, wanted, api))
    return Saved(files, reported_model=name, notes=notes)


async def _one(name: str, wanted: Wanted, api: Api) -> tuple[Path, ...]:
    own = name.removeprefix(_OWN_PATH) if name.startswith(_OWN_PATH) else None
    path = f"/v2beta/stable-image/generate/{own or 'sd3'}"
    answer = await api.json("POST", path, files=_fields(name if own is None else None, wanted))
    reason, image = answer.get("finish_reason"), answer.get("image")
    if reason not in (None, "SUCCESS"):
        raise api.job_failed(str(reason), answer.get("errors"))
    if not isinstance(image, str) or not image:
        raise api.failed("empty", "the answer holds no picture")
    return (save_base64(image, "image", api.studio),)


def _fields(model: str | None, wanted: Wanted) -> dict[str, Any]:
    """The form's fields; given as files without names, because only multipart forms are taken."""
    said = {
        "prompt": wanted.prompt,
        "output_format": "png",
        "aspect_ratio": wanted.aspect(_RATIOS),
        "model": model,
    }
    return {name: (None, value) for name, value in said.items() if value}
