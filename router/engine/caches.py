"""What one process remembers of classifications and answers; nothing of it outlives the process or reaches a disk."""

import json
import threading
from collections.abc import Callable, Hashable
from hashlib import blake2b
from typing import Any, NamedTuple

from cachetools import LRUCache, TTLCache

from router.engine.judge import classifier_version
from router.model.call import Answer, Ask
from router.model.decision import Decision, Facts, Judgement
from router.model.request import Request

CLASSIFICATIONS = 4_096
ANSWERS = 256
SIMILAR = 256
ANSWER_S = 3_600.0
"""How long an answer may be given again, in seconds."""

MOST_CHARACTERS = 200_000
"""An answer longer than this is not kept."""


class Counts(NamedTuple):
    """How one cache did since the process began."""

    entries: int
    most: int
    hits: int
    misses: int
    evicted: int


class Cache:
    """A bounded cache that counts, for several threads."""

    def __init__(self, kept: Any) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._hits = self._misses = self._stored = self._cleared = 0

    def get(self, key: Hashable) -> Any | None:
        """What is kept under the key; None when nothing is."""
        with self._lock:
            found = self._kept.get(key)
            self._hits, self._misses = self._hits + (found is not None), self._misses + (found is None)
            return found

    def put(self, key: Hashable, value: Any) -> None:
        """Keeps a value; the one that was used least lately goes when there is no room."""
        with self._lock:
            if key not in self._kept:
                self._stored += 1
            self._kept[key] = value

    def best(self, rank: Callable[[Any], float]) -> tuple[Any, float] | None:
        """The value that ranks highest, with its rank; None when none ranks above 0. Counts as `get` does."""
        with self._lock:
            ranked = [(rank(value), place, value) for place, value in enumerate(self._kept.values())]
            top = max(ranked, key=lambda each: each[:2], default=None)
            found = None if top is None or top[0] <= 0 else (top[2], top[0])
            self._hits, self._misses = self._hits + (found is not None), self._misses + (found is None)
            return found

    def clear(self) -> int:
        """Forgets everything; how much that was."""
        with self._lock:
            count = len(self._kept)
            self._kept.clear()
            self._cleared += count
            return count

    def counts(self) -> Counts:
        """How it did."""
        with self._lock:
            held = len(self._kept)
            evicted = self._stored - self._cleared - held
            return Counts(held, int(self._kept.maxsize), self._hits, self._misses, evicted)


class Caches:
    """The caches of one process; `clock` gives seconds for the age of answers."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.classifications = Cache(LRUCache(CLASSIFICATIONS))
        self.answers = Cache(TTLCache(ANSWERS, ANSWER_S, clock))
        self.similar = Cache(TTLCache(SIMILAR, ANSWER_S, clock))

    def each(self) -> dict[str, Cache]:
        """Every cache by the name it is shown under."""
        return {"classification": self.classifications, "answers": self.answers, "similar": self.similar}


def answer_key(folder: str, request: Request, ask: Ask, decision: Decision) -> str:
    """A digest of all that changes the answer: who may see it, what is sent, and what the policy makes of it.

    `folder` is the repository's place on this machine: two may have the same name.
    """
    return digest_of(folder, request, decision, (request.session, list(ask.messages)), ask)


def digest_of(folder: str, request: Request, decision: Decision, told: object, ask: Ask) -> str:
    """A digest of what was told and of all else that an answer depends on."""
    parts = (
        folder, request.repo, request.user, decision.fingerprint, decision.chain, decision.redact, decision.compress,
        decision.task, decision.complexity, told, ask.temperature, ask.max_tokens, ask.stop,
        ask.response_format, ask.tools, ask.tool_choice, ask.kind, dict(ask.media),
    )  # fmt: skip
    text = json.dumps(parts, sort_keys=True, default=str)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=24).hexdigest()


def may_be_kept(answer: Answer) -> bool:
    """Whether an answer is whole, plain text of a moderate size."""
    whole = answer.finish_reason in (None, "stop", "end_turn")
    return whole and bool(answer.text) and not answer.tool_calls and not answer.files and len(answer.text) <= MOST_CHARACTERS


class CachedJudge:
    """A judge of one request that remembers what it found for the same words."""

    def __init__(self, judge: Any, request: Request, cache: Cache) -> None:
        self._judge = judge
        self._cache = cache
        version = classifier_version(judge.user)
        text = json.dumps((str(judge.user), version, request.prompt, request.earlier, request.last_route))
        self._key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=24).digest()

    def __call__(self, facts: Facts) -> Judgement:
        """Task and complexity."""
        found: Judgement | None = self._cache.get(self._key)
        if found is None:
            found = self._judge(facts)
            self._cache.put(self._key, found)
        return found

    def foretell(self, task: str) -> Any:
        """What the judge foretells of the prompt inside a task."""
        return self._judge.foretell(task)
