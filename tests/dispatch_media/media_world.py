"""A studio whose time only moves when it sleeps, and the jobs of each provider as a script."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from router.dispatch.keys import Keys
from router.dispatch.media import Made, Studio, make
from router.dispatch.ports import CallFailed, Target
from router.dispatch.targets import target_of
from router.model.call import Ask
from router.policy.catalogue import load_catalogue
from tests.dispatch_media.loopback import Loopback, Reply

KEY = "sk-0a1b2c3d4e5f6071"
PROMPT = "a red fox that sleeps under the old pear tree"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 20
MP3 = b"ID3\x04\x00" + bytes(range(256)) * 20
FILES = {"image": PNG, "video": MP4, "audio": MP3}


@dataclass
class World:
    """`sleeps` are the pauses that were made; each moves the clock on by as much."""

    loopback: Loopback
    folder: Path
    root: str = ""
    """The path at which the provider's API begins."""
    now: float = 100.0
    sleeps: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    def target(self, id_: str) -> Target:
        provider = id_.partition("/")[0]
        keys = Keys({provider: (KEY, "test")}, {provider: self.loopback.url + self.root}, ())
        found = target_of(id_, load_catalogue(), keys)
        assert isinstance(found, Target), found
        return found

    async def make(
        self, id_: str, *, deadline_s: float = 600.0, max_bytes: int | None = None, **media: Any
    ) -> Made:
        ask = Ask(messages=({"role": "user", "content": PROMPT},), kind="media", media=media)
        limit = {} if max_bytes is None else {"max_bytes": max_bytes}
        # Nothing here speaks TLS, and reading the certificates takes longer than a test.
        async with httpx.AsyncClient(trust_env=False, timeout=20.0, verify=False) as http:
            studio = Studio(
                http, self.folder, self.now + deadline_s, clock=lambda: self.now, sleep=self.sleep, **limit
            )
            return await make(self.target(id_), ask, studio)

    def made(self, id_: str, **media: Any) -> Made:
        return asyncio.run(self.make(id_, **media))

    def failed(self, id_: str, **media: Any) -> CallFailed:
        """How the call failed; what it says holds neither key nor prompt, and no file is left."""
        with pytest.raises(CallFailed) as raised:
            self.made(id_, **media)
        assert KEY not in raised.value.text and PROMPT not in raised.value.text
        assert "\n" not in raised.value.text and self.left() == []
        return raised.value

    def left(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []


@dataclass(frozen=True)
class Job:
    """How one provider's jobs look: requests to submit, to look and to cancel, and the answers' forms."""

    model: str
    kind: str
    submit: str
    accepted: Mapping[str, Any]
    status: str
    running: Mapping[str, Any]
    done: Callable[[object], Mapping[str, Any]]
    failed: Callable[[str], Mapping[str, Any]]
    usd: float
    result: str | None = None
    """Where the result is fetched when it is not part of the last status."""
    cancel: str | None = None

    def script(self, loopback: Loopback, *states: Mapping[str, Any] | Reply) -> None:
        """The job is accepted and then goes through these states, the last of which stays."""
        loopback.on(self.submit, Reply(self.accepted))
        loopback.on(self.status, *(state if isinstance(state, Reply) else Reply(state) for state in states))
        if self.cancel:
            loopback.on(self.cancel, Reply({}))

    def finished(self, loopback: Loopback, url: object) -> list[Mapping[str, Any]]:
        """The states of a job that gives a result at this address."""
        if self.result:
            loopback.on(self.result, Reply(self.done(url)))
            return [self.running, {"status": "COMPLETED"}]
        return [self.running, self.done(url)]


def _veo(url: object) -> Mapping[str, Any]:
    samples = [{"video": {"uri": url}}] if url else []
    return {
        "name": "models/x/operations/op1",
        "done": True,
        "response": {"generateVideoResponse": {"generatedSamples": samples}},
    }


JOBS = {
    "fal": Job(
        model="fal/fal-ai/flux-pro/v1.1",
        kind="image",
        submit="POST /fal-ai/flux-pro/v1.1",
        accepted={"request_id": "job-1", "status_url": "https://elsewhere.example/status"},
        status="GET /fal-ai/flux-pro/requests/job-1/status",
        running={"status": "IN_QUEUE", "queue_position": 2},
        done=lambda url: {"images": [{"url": url, "content_type": "image/png"}] if url else [], "seed": 1},
        failed=lambda reason: {"status": "COMPLETED", "error": reason, "error_type": "runner_error"},
        usd=0.04,
        result="GET /fal-ai/flux-pro/requests/job-1",
        cancel="PUT /fal-ai/flux-pro/requests/job-1/cancel",
    ),
    "fal film": Job(
        model="fal/minimax/h3/text-to-video",
        kind="video",
        submit="POST /minimax/h3/text-to-video",
        accepted={"request_id": "job-1"},
        status="GET /minimax/h3/requests/job-1/status",
        running={"status": "IN_PROGRESS"},
        done=lambda url: {"video": {"url": url} if url else None},
        failed=lambda reason: {"status": "FAILED", "error": reason},
        usd=5 * 0.13,
        result="GET /minimax/h3/requests/job-1",
        cancel="PUT /minimax/h3/requests/job-1/cancel",
    ),
    "runway": Job(
        model="runway/gen4.5",
        kind="video",
        submit="POST /v1/text_to_video",
        accepted={"id": "17f20503-6c24-4c16-946b-35dbbce2af2f"},
        status="GET /v1/tasks/17f20503-6c24-4c16-946b-35dbbce2af2f",
        running={"status": "THROTTLED"},
        done=lambda url: {"status": "SUCCEEDED", "output": [url] if url else []},
        failed=lambda reason: {"status": "FAILED", "failure": reason, "failureCode": "INTERNAL.BAD_OUTPUT"},
        usd=5 * 0.12,
        cancel="DELETE /v1/tasks/17f20503-6c24-4c16-946b-35dbbce2af2f",
    ),
    "runway picture": Job(
        model="runway/gen4_image",
        kind="image",
        submit="POST /v1/text_to_image",
        accepted={"id": "t1"},
        status="GET /v1/tasks/t1",
        running={"status": "RUNNING", "progress": 0.5},
        done=lambda url: {"status": "SUCCEEDED", "output": [url] if url else None},
        failed=lambda reason: {"status": "CANCELLED", "failure": reason},
        usd=0.05,
        cancel="DELETE /v1/tasks/t1",
    ),
    "replicate": Job(
        model="replicate/black-forest-labs/flux-schnell",
        kind="image",
        submit="POST /v1/models/black-forest-labs/flux-schnell/predictions",
        accepted={"id": "p1", "status": "starting"},
        status="GET /v1/predictions/p1",
        running={"id": "p1", "status": "processing"},
        done=lambda url: {"id": "p1", "status": "succeeded", "output": [url] if url else None},
        failed=lambda reason: {"id": "p1", "status": "failed", "error": reason},
        usd=0.003,
        cancel="POST /v1/predictions/p1/cancel",
    ),
    "xai": Job(
        model="xai/grok-imagine-video-1.5",
        kind="video",
        submit="POST /v1/videos/generations",
        accepted={"request_id": "r1"},
        status="GET /v1/videos/r1",
        running={"status": "pending"},
        done=lambda url: {"status": "done", "video": {"url": url, "duration": 5}},
        failed=lambda reason: {"status": "failed", "error": {"message": reason}},
        usd=5 * 0.08,
    ),
    "veo": Job(
        model="gemini/veo-3.1-fast-generate-001",
        kind="video",
        submit="POST /v1beta/models/veo-3.1-fast-generate-001:predictLongRunning",
        accepted={"name": "models/x/operations/op1"},
        status="GET /v1beta/models/x/operations/op1",
        running={"name": "models/x/operations/op1"},
        done=_veo,
        failed=lambda reason: {"name": "models/x/operations/op1", "done": True, "error": {"code": 13, "message": reason}},
        usd=6 * 0.1,
    ),
}  # fmt: skip
