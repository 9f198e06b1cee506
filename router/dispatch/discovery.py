"""Which models a provider says it has: asked at its own address, at once, within a second, kept for a minute."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from router.dispatch.addresses import is_loopback
from router.dispatch.discovered import (
    MAX_MODELS,
    Discovered,
    is_model_name,
    read_discovered,
    write_discovered,
)
from router.dispatch.keys import Keys
from router.model.catalogue import Catalogue, Provider

if TYPE_CHECKING:
    import httpx

DEADLINE_S = 1.0
KEPT_S = 60.0
MAX_BYTES = 4 * 1024 * 1024
_OLLAMA, _OPENAI = "ollama", "openai"
"""LiteLLM's prefixes say which protocol an address speaks."""


class Question(NamedTuple):
    """What is asked of one provider: `field` holds the list of its answer, `name` the model's name in each row."""

    provider: str
    address: str
    url: str
    headers: Mapping[str, str]
    field: str
    name: str


def discover(
    catalogue: Catalogue,
    keys: Keys,
    cache: Path,
    now_s: float,
    *,
    refresh: bool = False,
    deadline_s: float = DEADLINE_S,
) -> dict[str, Discovered]:
    """Provider to its answer, for Ollama and every OpenAI-compatible provider with a known address.

    Answers and failures alike are kept for `KEPT_S` in `cache`; `refresh` asks again. All are asked at once and
    within `deadline_s`. `now_s` is the time in seconds of the epoch.
    """
    questions = questions_for(catalogue, keys)
    kept = {} if refresh else _fresh(read_discovered(cache), questions, now_s)
    waiting = [question for question in questions if question.provider not in kept]
    if not waiting:
        return kept
    found = [row._replace(at=now_s) for row in asyncio.run(_ask_all(waiting, keys, deadline_s))]
    write_discovered(cache, found)
    return kept | {row.provider: row for row in found}


def questions_for(catalogue: Catalogue, keys: Keys) -> tuple[Question, ...]:
    """What is asked of whom; a provider that wants a key and has none is not asked."""
    asked = (_question(provider, keys) for provider in catalogue.providers.values())
    return tuple(question for question in asked if question is not None)


def _question(provider: Provider, keys: Keys) -> Question | None:
    address, key = keys.base_url(provider.id), keys.api_key(provider.id)
    if provider.litellm_prefix.startswith(_OLLAMA) and address:
        return Question(provider.id, address, f"{address}/api/tags", {}, "models", "name")
    url = _models_url(provider, address)
    if url is None or (provider.key_variables and key is None):
        return None
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Question(provider.id, address or url, url, headers, "data", "id")


def _models_url(provider: Provider, address: str | None) -> str | None:
    """Where an OpenAI-compatible provider lists its models: beside the path of its chat calls, `/v1` when it has none."""
    if provider.litellm_prefix != _OPENAI and provider.models_url is None:
        return None
    if address is None:
        return provider.models_url
    return f"{address}/models" if "/" in address.partition("://")[2] else f"{address}/v1/models"


def _fresh(
    kept: Mapping[str, Discovered], questions: Iterable[Question], now_s: float
) -> dict[str, Discovered]:
    rows = ((question, kept.get(question.provider)) for question in questions)
    return {
        row.provider: row
        for question, row in rows
        if row is not None and row.address == question.address and 0 <= now_s - row.at < KEPT_S
    }


async def _ask_all(questions: list[Question], keys: Keys, deadline_s: float) -> list[Discovered]:
    """Every answer, in the order of the questions."""
    import httpx

    # Reading the certificates takes longer than most answers, so it is done only where TLS is spoken; redirects are
    # not followed. A proxy of the environment is for the world outside; this machine is asked directly.
    verify = any(question.url.startswith("https:") for question in questions)
    direct = httpx.AsyncClient(timeout=deadline_s, verify=verify, trust_env=False)
    async with direct, httpx.AsyncClient(timeout=deadline_s, verify=verify) as proxied:
        asked = [_asked(direct if is_loopback(q.url) else proxied, q, keys, deadline_s) for q in questions]
        return list(await asyncio.gather(*asked))


async def _asked(http: "httpx.AsyncClient", question: Question, keys: Keys, deadline_s: float) -> Discovered:
    import httpx

    try:
        async with asyncio.timeout(deadline_s):
            body = await _body(http, question)
        names = _names(json.loads(body), question)
    except (TimeoutError, httpx.TimeoutException):
        return _silent(question, f"no answer within {deadline_s:g} s")
    except (httpx.HTTPError, httpx.InvalidURL) as cause:
        return _silent(question, keys.redact(_told(cause)))
    except (ValueError, RecursionError):
        return _silent(question, "the answer is not a list of models")
    return Discovered(question.provider, question.address, True, names)


async def _body(http: "httpx.AsyncClient", question: Question) -> bytes:
    async with http.stream("GET", question.url, headers=dict(question.headers)) as response:
        response.raise_for_status()
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                raise ValueError("too long")
        return bytes(body)


def _names(answer: Any, question: Question) -> tuple[str, ...]:
    """The names of an answer, each once, in order; raises `ValueError` for what is no list of models."""
    rows = answer.get(question.field) if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise ValueError("no list")
    names = [row.get(question.name) for row in rows[:MAX_MODELS] if isinstance(row, dict)]
    return tuple(dict.fromkeys(str(name) for name in names if is_model_name(name)))


def _told(cause: Exception) -> str:
    import httpx

    if isinstance(cause, httpx.HTTPStatusError):
        status = cause.response.status_code
        return "the key was refused" if status in (401, 403) else f"it answered with status {status}"
    if isinstance(cause, httpx.ConnectError):
        return "nothing answers at this address"
    return f"the connection failed ({type(cause).__name__})"


def _silent(question: Question, problem: str) -> Discovered:
    return Discovered(question.provider, question.address, False, (), problem)
