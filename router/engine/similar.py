"""Answers given again to prompts that mean the same, compared by an embedding model under policy and budget."""

import asyncio
import json
import math
from array import array
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from operator import mul
from typing import NamedTuple

from router.base.failures import RouterError
from router.base.redaction import redact
from router.dispatch.litellm_calls import ready
from router.dispatch.run import run
from router.engine.asking import Decided, Service, asker_of
from router.engine.caches import Cache, digest_of, may_be_kept
from router.engine.planned import planned
from router.engine.sameness import anchors
from router.model.call import Answer, Ask, Failed
from router.model.decision import Decision
from router.model.request import Request
from router.record.ids import new_id
from router.record.money import micros

MOST_CHARACTERS = 4_000
"""A longer prompt is compared to the letter only: what tells two of them apart is a small part of each."""

DEADLINE_S = 10.0
"""Seconds the embedding may take; then the call goes on without."""


class Kept(NamedTuple):
    """An answer with its prompt's vector of length 1; only calls of the same `place` are compared."""

    place: str
    vector: "array[float]"
    answer: Answer


@dataclass(slots=True)
class Likeness:
    """Where one call's answer is looked up by what its prompt means; `vector` is found on the way."""

    cache: Cache
    place: str
    text: str
    model: str
    least: float
    vector: "array[float] | None" = None

    async def recall(
        self, service: Service, decided: Decided, request: Request, source: str, tell: Callable[[str], None]
    ) -> Answer | None:
        """The answer to the prompt that comes nearest, with its cosine; None when none comes near enough.

        `tell` hears why the prompt could not be compared.
        """
        self.vector = await _vector_of(self, service, decided, request, source, tell)
        if self.vector is None:
            return None
        found = await asyncio.to_thread(self.cache.best, self._rank)
        if found is None:
            return None
        kept, cosine = found
        answer: Answer = kept.answer
        return answer._replace(similarity=min(cosine, 1 - 1e-6))

    def keep(self, answer: Answer) -> None:
        """Keeps a whole answer that a model gave, where its prompt could be compared."""
        if self.vector is not None and may_be_kept(answer):
            self.cache.put(f"{self.place}\0{self.text}", Kept(self.place, self.vector, answer))

    def _rank(self, kept: Kept) -> float:
        if self.vector is None or kept.place != self.place or len(kept.vector) != len(self.vector):
            return 0.0
        cosine = sum(map(mul, kept.vector, self.vector))
        return cosine if cosine >= self.least else 0.0


def likeness_of(
    cache: Cache, service: Service, folder: str, request: Request, ask: Ask, decision: Decision
) -> Likeness | None:
    """Where a call's answer is looked up by meaning; None without an embedding model, and for all but plain prompts that
    stand alone: what a prompt is told besides, and what its answer must look like, weighs more than its words."""
    settings = service.router.settings
    told = [message for message in ask.messages if message.get("role") != "system"]
    if settings.embedding_model is None or ask.tools or ask.response_format is not None or len(told) != 1:
        return None
    text = told[0].get("content")
    if not isinstance(text, str) or text != request.prompt or len(text) > MOST_CHARACTERS:
        return None
    if decision.redact:
        text = redact(text, decision.redact).text
    system = [message for message in ask.messages if message.get("role") == "system"]
    place = digest_of(folder, request, decision, (settings.embedding_model, system, anchors(text)), ask)
    return Likeness(cache, place, text, settings.embedding_model, settings.least_similarity)


async def _vector_of(
    likeness: Likeness, service: Service, decided: Decided, request: Request, source: str, tell: Callable[[str], None]
) -> "array[float] | None":
    """The prompt's vector by a call of its own: denied, capped, paid for and recorded like any other."""
    ask = Ask(({"role": "user", "content": likeness.text},), kind="embedding", max_tokens=0)
    router = service.router
    # Loading the library is not the provider's time.
    await ready()
    plan = planned(
        router, decided.decision, decided.facts, decided.id, asker_of(request, source), ask, DEADLINE_S
    )._replace(
        call_id=new_id(micros(router.clock())), chain=(likeness.model,), emergency=(), retries=0,
        output_tokens=0, attempt_s=DEADLINE_S,
    )  # fmt: skip
    answer: Answer | None = None
    try:
        async with aclosing(run(plan, ask, service.ports())) as events:
            async for event in events:
                if isinstance(event, Failed):
                    why = event.tried.skipped or event.tried.error or event.tried.failure
                    tell(f"{likeness.model}, which compares prompts: {why}")
                elif isinstance(event, Answer):
                    answer = event
    except RouterError:
        return None
    return None if answer is None else _unit(json.loads(answer.text))


def _unit(numbers: list[float]) -> "array[float] | None":
    """The vector at length 1; None for one that has no direction."""
    length = math.sqrt(sum(map(mul, numbers, numbers)))
    return array("d", [number / length for number in numbers]) if math.isfinite(length) and length > 0 else None
