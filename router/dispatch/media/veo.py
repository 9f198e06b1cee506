"""Google's films by long-running operations; LiteLLM tells a failed one apart from a finished one only by a crash.

ai.google.dev/gemini-api/docs/video gives requests, operations and the reasons of a filter.
"""

import re
from collections.abc import Mapping
from typing import Any

from router.dispatch.media.api import Api
from router.dispatch.media.download import save_all
from router.dispatch.media.polling import wait_for
from router.dispatch.media.studio import Saved
from router.dispatch.media.wanted import Wanted

BASE, VERSION = "https://generativelanguage.googleapis.com", "/v1beta"
_LENGTHS_S = (4, 6, 8)
_RATIOS = ("16:9", "9:16")
_OPERATION = re.compile(r"[\w.-]+(?:/[\w.-]+){1,5}")


def headers(key: str) -> dict[str, str]:
    return {"x-goog-api-key": key}


async def make(name: str, wanted: Wanted, api: Api) -> Saved:
    """A film of 4, 6 or 8 seconds, the shortest that is as long as was asked."""
    seconds = next((s for s in _LENGTHS_S if s >= (wanted.seconds or 0)), _LENGTHS_S[-1])
    if wanted.image:
        raise api.failed("bad_request", "films of this provider begin from text only")
    sent = {"instances": [{"prompt": wanted.prompt}], "parameters": _parameters(seconds, wanted)}
    operation = (await api.json("POST", f"/models/{name}:predictLongRunning", json=sent)).get("name")
    if not isinstance(operation, str) or not _OPERATION.fullmatch(operation) or ".." in operation:
        raise api.failed("server", "the job was accepted without an id")

    async def look() -> list[object] | None:
        state = await api.json("GET", f"/{operation}")
        return _films(state, api) if state.get("done") else None

    urls = await wait_for(api, look)
    return Saved(await save_all(urls, wanted.kind, api), seconds=float(seconds), reported_model=name)


def _parameters(seconds: int, wanted: Wanted) -> dict[str, Any]:
    ratio = wanted.aspect(_RATIOS)
    return {"durationSeconds": seconds, **({"aspectRatio": ratio} if ratio else {})}


def _films(state: Mapping[str, Any], api: Api) -> list[object]:
    """Addresses of a finished operation's films; raises `CallFailed` for one that failed or was filtered."""
    if state.get("error"):
        raise api.job_failed("failed", state["error"])
    response = state.get("response")
    answer = response.get("generateVideoResponse") if isinstance(response, Mapping) else None
    answer = answer if isinstance(answer, Mapping) else {}
    samples = answer.get("generatedSamples")
    found = [row.get("video") for row in samples or () if isinstance(row, Mapping)]
    urls: list[object] = [video.get("uri") for video in found if isinstance(video, Mapping)]
    if not urls and answer.get("raiMediaFilteredReasons"):
        raise api.job_failed("filtered", answer["raiMediaFilteredReasons"])
    if not urls:
        raise api.failed("empty", "the job is done, but there is no result")
    return urls
