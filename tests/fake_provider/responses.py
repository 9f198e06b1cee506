"""OpenAI's newer wire format: https://platform.openai.com/docs/api-reference/responses."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from router.model.ledger import Usage
from tests.fake_provider.openai import asked, error
from tests.fake_provider.step import Step

__all__ = ["STREAM_KIND", "asked", "error", "stream", "whole"]

STREAM_KIND = "text/event-stream"


def whole(step: Step, model: str) -> dict[str, Any]:
    """A whole answer."""
    items = [_call(call) for call in step.tool_calls]
    return _response(model, [*([_message(step.whole)] if step.whole else []), *items], step.usage or Usage())


def stream(step: Step, model: str) -> Iterator[bytes]:
    """The events of a stream: each item is begun and ended, and the last event holds the whole answer."""
    answer = whole(step, model)
    yield _event(
        "response.created", response={**answer, "status": "in_progress", "output": [], "usage": None}
    )
    for index, item in enumerate(answer["output"]):
        yield _event("response.output_item.added", output_index=index, item={**item, "status": "in_progress"})
        if item["type"] == "message":
            place = {"item_id": item["id"], "output_index": index, "content_index": 0}
            for piece in step.pieces:
                yield _event("response.output_text.delta", **place, delta=piece)
        yield _event("response.output_item.done", output_index=index, item=item)
    if not step.ends_early:
        yield _event("response.completed", response=answer)


def _response(model: str, output: list[dict[str, Any]], usage: Usage) -> dict[str, Any]:
    counted = {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.input + usage.output,
    }
    fields = {"id": "resp_fake", "object": "response", "created_at": 0, "status": "completed"}
    return {**fields, "model": model, "output": output, "usage": counted}


def _message(text: str) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {
        "type": "message",
        "id": "msg_fake",
        "role": "assistant",
        "status": "completed",
        "content": content,
    }


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    """A call; one of a server's tools names the server beside the tool."""
    item = {"type": "function_call", "id": f"fc_{call['id']}", "call_id": call["id"], "status": "completed"}
    return {**item, **call["function"]}


def _event(name: str, **fields: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()
