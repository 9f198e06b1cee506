"""A text turned into numbers by an embedding model, through LiteLLM."""

import json
from collections.abc import AsyncGenerator
from typing import Any

from router.dispatch.litellm_calls import load_litellm
from router.dispatch.ports import CallFailed, Piece, Target
from router.dispatch.price import input_tokens
from router.dispatch.prompt import texts_of
from router.dispatch.reasons import call_failed
from router.model.call import Ask
from router.model.ledger import Usage

_NO_KEY = "unused"


async def through_embedding(target: Target, ask: Ask, timeout_s: float) -> AsyncGenerator[Piece, None]:
    """One piece whose text is the vector of the first message as a JSON list; raises `CallFailed`.

    Of a server's error LiteLLM asks OpenAI again, at most twice, whatever it is told; such requests are not billed.
    """
    litellm = load_litellm()
    more = {} if target.base_url is None else {"api_base": target.base_url}
    text = next(texts_of(ask), "")
    try:
        response = await litellm.aembedding(
            model=target.litellm, input=[text], timeout=timeout_s, api_key=target.api_key or _NO_KEY,
            num_retries=0, max_retries=0, drop_params=True, encoding_format="float", **more,
        )  # fmt: skip
        vector = _vector(response)
    except Exception as error:
        raise call_failed(error, [target.api_key or ""], [text], False) from error
    if not vector:
        raise CallFailed("empty", "an answer without a vector")
    yield Piece(text=json.dumps(vector), usage=_usage(response, ask), finish_reason="stop", reported_model=response.model)


def _vector(response: Any) -> list[float]:
    row = response.data[0] if response.data else {}
    found = row.get("embedding") if isinstance(row, dict) else getattr(row, "embedding", None)
    return [float(number) for number in found or ()]


def _usage(response: Any, ask: Ask) -> Usage:
    """As it was said, else by the text's length: what comes back is numbers, no tokens."""
    said = getattr(response.usage, "prompt_tokens", 0) if getattr(response, "usage", None) else 0
    return Usage(said or input_tokens(ask), 0)
