"""Calls through LiteLLM, which is imported here only, and only when a call is made."""

import asyncio
import logging
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import cache
from typing import Any

from router.dispatch.ports import CallFailed, Piece, Target
from router.dispatch.prompt import texts_of
from router.dispatch.reasons import call_failed
from router.dispatch.tool_calls import Gathered
from router.model.call import Ask
from router.model.ledger import Usage

_SETTINGS = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_OFFLINE_MODE": "true",
    "LITELLM_MODE": "PRODUCTION",
}
"""Prices and tables are read from the package, and no `.env` of the working folder, which may be a stranger's."""

_LOGGERS = ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy")
_FINISHED = ("received_finish_reason", "intermittent_finish_reason", "received_any_finish_reason")
_ASKED_FOR_PRICES = frozenset({"ollama", "ollama_chat"})
_NO_PRICE = {"input_cost_per_token": 0.0, "output_cost_per_token": 0.0}
_NO_KEY = "unused"
"""For servers that ask for none; without one LiteLLM would look for another provider's in the environment."""


async def ready() -> None:
    """Import LiteLLM beside the running loop, which would stand still for seconds otherwise."""
    # While another thread imports it, it is among the modules already, and waiting for that would hold the loop up.
    if not load_litellm.cache_info().currsize:
        await asyncio.to_thread(load_litellm)


@cache
def load_litellm() -> Any:
    """The module, quiet and without network; takes seconds the first time."""
    os.environ.update(_SETTINGS)
    for name in _LOGGERS:
        # Its lines hold prompts, and go to standard output, which a host may read; the import writes some already.
        logging.getLogger(name).disabled = True
    import litellm

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    # It would read a tokenizer at a stream's first chunk, with the loop standing still for half a second and more. What
    # a provider does not say is guessed by us, and called a guess.
    litellm.disable_token_counter = True
    return litellm


async def through_litellm(target: Target, ask: Ask, timeout_s: float) -> AsyncGenerator[Piece, None]:
    """The answer of one model: one piece, or those of its stream; raises `CallFailed`.

    Closing the generator, or cancelling its task, closes the connection to the provider.
    """
    litellm = load_litellm()
    _listed(target.litellm)
    begun = False
    try:
        response = await litellm.acompletion(**_arguments(target, ask, timeout_s))
        if not ask.stream:
            yield _whole(response)
            return
        async with aclosing(response):
            async for piece in _streamed(response):
                begun = True
                yield piece
    except CallFailed:
        raise
    except Exception as error:
        raise call_failed(error, [target.api_key or ""], texts_of(ask), begun) from error


@cache
def _listed(name: str) -> None:
    """Make a model known to LiteLLM that its table lacks.

    After an answer of an unlisted Ollama model it would ask the server for the model's price, with the loop standing
    still meanwhile. Prices are the catalogue's, so none is given here.
    """
    litellm = load_litellm()
    provider = name.partition("/")[0]
    if provider in _ASKED_FOR_PRICES and name not in litellm.model_cost:
        litellm.register_model({name: {"litellm_provider": provider, "mode": "chat", **_NO_PRICE}})


def _arguments(target: Target, ask: Ask, timeout_s: float) -> dict[str, Any]:
    given = {
        "tools": list(ask.tools) or None,
        "tool_choice": ask.tool_choice,
        "response_format": ask.response_format,
        "temperature": ask.temperature,
        "max_tokens": ask.max_tokens,
        "stop": list(ask.stop) or None,
        "api_base": target.base_url,
        "stream_options": {"include_usage": True} if ask.stream else None,
    }
    return {
        "model": target.litellm,
        "messages": [dict(message) for message in ask.messages],
        "stream": ask.stream,
        "timeout": timeout_s,
        "api_key": target.api_key or _NO_KEY,
        "num_retries": 0,
        "max_retries": 0,
        "drop_params": True,
        **{name: value for name, value in given.items() if value is not None},
    }


def _whole(response: Any) -> Piece:
    choice = response.choices[0] if response.choices else None
    message = getattr(choice, "message", None)
    hidden = getattr(response, "_hidden_params", None) or {}
    usage = _usage(response)
    return Piece(
        text=getattr(message, "content", None) or "",
        usage=usage,
        finish_reason=getattr(choice, "finish_reason", None),
        tool_calls=tuple(call.model_dump(exclude_none=True) for call in _calls(message)),
        citations=_citations(response, message),
        reported_model=getattr(response, "model", None),
        cost_usd=hidden.get("response_cost") if usage else None,
    )


async def _streamed(response: Any) -> AsyncGenerator[Piece, None]:
    """The pieces of a stream; tool calls come whole, with the last."""
    calls = Gathered()
    finish, model = None, None
    async for chunk in response:
        delta = chunk.choices[0].delta if chunk.choices else None
        finish = chunk.choices[0].finish_reason or finish if chunk.choices else finish
        for call in _calls(delta):
            calls.add(call)
        usage = _usage(chunk)
        yield Piece(
            text=getattr(delta, "content", None) or "",
            usage=usage,
            citations=_citations(chunk, delta),
            reported_model=None if model else chunk.model,
            cost_usd=getattr(chunk.usage, "cost", None) if usage else None,
        )
        model = model or chunk.model
    # LiteLLM says `stop` for a stream that just ended; whether its provider said so stands in fields of its own.
    if finish is None or not any(getattr(response, name, None) for name in _FINISHED):
        raise CallFailed("truncated", "the stream ended without a finish reason")
    yield Piece(finish_reason="tool_calls" if calls.calls and finish == "stop" else finish, tool_calls=calls.whole())


def _calls(message: Any) -> list[Any]:
    return list(getattr(message, "tool_calls", None) or ())


def _usage(response: Any) -> Usage | None:
    said = getattr(response, "usage", None)
    if said is None or not (said.prompt_tokens or said.completion_tokens):
        return None
    details = getattr(said, "prompt_tokens_details", None)
    cached = getattr(details, "cached_tokens", None) or 0
    return Usage(said.prompt_tokens or 0, said.completion_tokens or 0, cached)


def _citations(response: Any, message: Any) -> tuple[str, ...]:
    """Addresses of sources, each once: Perplexity lists them beside the message, others as its annotations."""
    listed = [str(address) for address in getattr(response, "citations", None) or ()]
    noted = [_noted_address(note) for note in getattr(message, "annotations", None) or ()]
    return tuple(dict.fromkeys(address for address in (*listed, *noted) if address))


def _noted_address(note: Any) -> str:
    data = note if isinstance(note, dict) else note.model_dump()
    return str((data.get("url_citation") or {}).get("url") or "")

