"""Answers in OpenAI's wire format that say of themselves that they are canned; a server of them for demonstrations.

The format is that of https://platform.openai.com/docs/api-reference/chat.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from router.dispatch.loopback import Loopback, Reply, Request
from router.model.ledger import Usage

_CHARACTERS_PER_TOKEN = 4


def completion(
    model: str,
    text: str | None,
    usage: Usage | None,
    finish: str | None = "stop",
    tool_calls: Iterable[Mapping[str, Any]] = (),
    **more: Any,
) -> dict[str, Any]:
    """A whole answer; `more` are further fields at its top."""
    calls = list(tool_calls)
    message = {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}
    return {
        "id": "chatcmpl-canned",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "service_tier": "default",
        **({"usage": usage_fields(usage)} if usage else {}),
        **more,
    }


def chunk(
    model: str, delta: Mapping[str, Any] | None, finish: str | None = None, **more: Any
) -> dict[str, Any]:
    """One chunk of a stream; without a `delta` it has no choice and only carries `more`, such as the usage."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {
        "id": "chatcmpl-canned",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": model,
        "choices": choices,
        **more,
    }


def usage_fields(usage: Usage) -> dict[str, Any]:
    """Usage as OpenAI reports it."""
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
    }


def event(data: Mapping[str, Any] | str) -> bytes:
    """One server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data)
    return f"data: {text}\n\n".encode()


def canned_server() -> Loopback:
    """A server whose `url` + `/v1` any OpenAI client can call; its answers name the model and say they are canned."""
    return Loopback(_answer)


async def _answer(request: Request, reply: Reply) -> None:
    model = str(request.body.get("model", "unknown"))
    if request.path.endswith("/models"):
        await reply.whole(json.dumps({"object": "list", "data": []}).encode())
        return
    text = f"[canned answer, no model was called] This stands where `{model}` would have answered."
    asked = json.dumps(request.body.get("messages", ""))
    usage = Usage(len(asked) // _CHARACTERS_PER_TOKEN + 1, len(text) // _CHARACTERS_PER_TOKEN + 1)
    if not request.body.get("stream"):
        await reply.whole(json.dumps(completion(model, text, usage)).encode())
        return
    for word in text.split(" "):
        await reply.piece(event(chunk(model, {"role": "assistant", "content": f"{word} "})))
    await reply.piece(event(chunk(model, {}, "stop")))
    await reply.piece(event(chunk(model, None, usage=usage_fields(usage))))
    await reply.piece(event("[DONE]"))
    await reply.end()
