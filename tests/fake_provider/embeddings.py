"""Embeddings as OpenAI and Ollama give them; vectors are those that a test wrote down, else as good as random."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from tests.fake_provider import openai
from tests.fake_provider.step import Step

PATHS = ("/embeddings", "/api/embed")


@dataclass(frozen=True)
class Embeddings:
    """The dialect of one request for the vectors of `texts`."""

    texts: tuple[str, ...]
    vectors: Mapping[str, Sequence[float]]
    as_ollama: bool

    def asked(self, path: str, body: Mapping[str, Any]) -> tuple[str, bool]:
        """The model; there are no streams."""
        return str(body.get("model", "")), False

    def whole(self, step: Step, model: str) -> dict[str, Any]:
        """The vectors in order."""
        found = [list(self.vectors.get(text) or scattered(text)) for text in self.texts]
        tokens = step.usage.input if step.usage else 0
        if self.as_ollama:
            return {"model": model, "embeddings": found, "prompt_eval_count": tokens}
        rows = [{"object": "embedding", "index": place, "embedding": vector} for place, vector in enumerate(found)]
        return {"object": "list", "model": model, "data": rows, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}

    def error(self, step: Step) -> dict[str, Any]:
        """An error's body."""
        return openai.error(step)


def embeddings(path: str, body: Mapping[str, Any], vectors: Mapping[str, Sequence[float]]) -> Embeddings | None:
    """The dialect for a request; None when it is not for embeddings."""
    if not path.split("?")[0].endswith(PATHS):
        return None
    given = body.get("input")
    texts = (given,) if isinstance(given, str) else tuple(given or ())
    return Embeddings(texts, vectors, path.endswith("/api/embed"))


def scattered(text: str) -> list[float]:
    """A vector that has little to do with that of any other text."""
    return [byte / 127.5 - 1 for byte in blake2b(text.encode(), digest_size=32).digest()]
