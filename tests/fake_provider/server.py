"""The fake provider's server: requests are recorded, then answered as the script says."""

import asyncio
import json
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from router.dispatch.loopback import Hangup, Loopback, Reply, Request
from tests.fake_provider import anthropic, gemini, ollama, openai, responses
from tests.fake_provider.embeddings import embeddings
from tests.fake_provider.step import Step

DIALECTS = {"anthropic": anthropic, "gemini": gemini, "ollama": ollama, "responses": responses}
"""All others speak OpenAI's."""

_VERSIONED = frozenset({"openai", "gateway"})
_SECRET_HEADERS = frozenset({"authorization", "x-api-key", "x-goog-api-key", "api-key"})


@dataclass(frozen=True)
class Seen:
    """A recorded request: its provider, model, path, headers with keys masked, and body."""

    provider: str
    model: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]
    streams: bool


class FakeProvider:
    """A context manager; `base_url(provider)` is where a client of that provider is sent.

    `script` says what happens next, by provider or by `provider/model`; without a script it answers politely. `vectors`
    are what texts are embedded as.
    """

    def __init__(self) -> None:
        self.requests: list[Seen] = []
        self.asked_beside = 0
        self.vectors: dict[str, Sequence[float]] = {}
        self._scripts: defaultdict[str, deque[Step]] = defaultdict(deque)
        self._always: dict[str, Step] = {}
        self._closed_early = 0
        self._closed = threading.Condition()
        self._server = Loopback(self._answer)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, where)

    def base_url(self, provider: str) -> str:
        """The address that stands for the provider's own."""
        return f"{self._server.url}/{provider}" + ("/v1" if provider in _VERSIONED else "")

    def script(self, name: str, steps: Iterable[Step]) -> None:
        """The next answers of a provider or of one `provider/model`, in order."""
        self._scripts[name].extend(steps)

    def always(self, name: str, step: Step) -> None:
        """The answer of a provider or model once its script is used up."""
        self._always[name] = step

    def seen(self, provider: str) -> list[Seen]:
        """The requests to one provider so far."""
        return [seen for seen in self.requests if seen.provider == provider]

    async def closed_early(self, count: int = 1, within_s: float = 10.0) -> bool:
        """Whether clients hung up on `count` answers before their end, waiting for it if need be."""

        def wait() -> bool:
            with self._closed:
                return self._closed.wait_for(lambda: self._closed_early >= count, within_s)

        return await asyncio.to_thread(wait)

    async def _answer(self, request: Request, reply: Reply) -> None:
        _, provider, rest = request.path.split("/", 2)
        if rest == "api/show":
            # LiteLLM may ask Ollama for a model's price beside the call; this one says it does not know.
            self.asked_beside += 1
            await reply.whole(b"{}", 404)
            return
        dialect = embeddings(f"/{rest}", request.body, self.vectors) or DIALECTS.get(provider, openai)
        model, streams = dialect.asked(f"/{rest}", request.body)
        headers = {
            name: "***" if name in _SECRET_HEADERS else value for name, value in request.headers.items()
        }
        self.requests.append(Seen(provider, model, request.path.split("?")[0], headers, request.body, streams))
        step = self._next(provider, model)
        playing = asyncio.ensure_future(_play(step, dialect, model, streams, reply))
        leaving = asyncio.ensure_future(reply.gone())
        await asyncio.wait({playing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done() or isinstance(playing.exception(), ConnectionError):
            playing.cancel()
            with self._closed:
                self._closed_early += 1
                self._closed.notify_all()
            raise Hangup
        leaving.cancel()
        playing.result()

    def _next(self, provider: str, model: str) -> Step:
        for name in (f"{provider}/{model}", provider):
            if self._scripts[name]:
                return self._scripts[name].popleft()
        return self._always.get(f"{provider}/{model}") or self._always.get(provider) or Step()


async def _play(step: Step, dialect: Any, model: str, streams: bool, reply: Reply) -> None:
    if step.gate:
        await step.gate.passed()
    if step.drop:
        raise Hangup
    if step.hang:
        await asyncio.Event().wait()
    if step.status >= 400:
        body = json.dumps(dialect.error(step)).encode()
        await reply.whole(body, step.status, headers=step.headers)
    elif streams:
        await _stream(step, dialect, model, reply)
    else:
        body = json.dumps(dialect.whole(step, model)).encode()
        if step.cut is not None:
            await reply.part(body, len(body) // 2)
            raise Hangup
        await reply.whole(body, headers=step.headers)


async def _stream(step: Step, dialect: Any, model: str, reply: Reply) -> None:
    for number, chunk in enumerate(dialect.stream(step, model)):
        if gate := step.gates.get(number):
            await gate.passed()
        if step.cut == number:
            raise Hangup
        await reply.piece(chunk, dialect.STREAM_KIND)
    await reply.end()
