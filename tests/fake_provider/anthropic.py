"""Anthropic's wire format: https://docs.claude.com/en/api/messages and /messages-streaming."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from router.model.ledger import Usage
from tests.fake_provider.step import Step

STREAM_KIND = "text/event-stream"
_FINISH = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}


def asked(path: str, body: Mapping[str, Any]) -> tuple[str, bool]:
    """The model, and whether a stream is wanted."""
    return str(body.get("model", "")), bool(body.get("stream"))


def whole(step: Step, model: str) -> dict[str, Any]:
    """A whole answer."""
    blocks: list[dict[str, Any]] = [{"type": "text", "text": step.whole}] if step.whole else []
    blocks += [_tool(call, json.loads(call["function"]["arguments"])) for call in step.tool_calls]
    return {
        "id": "msg_fake",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": blocks,
        "stop_reason": _finish(step),
        "stop_sequence": None,
        "usage": _usage(step.usage or Usage()),
    }


def stream(step: Step, model: str) -> Iterator[bytes]:
    """The events of a stream: the start carries the input's tokens, the last delta the output's."""
    usage = step.usage or Usage()
    start = {**whole(Step(text=""), model), "stop_reason": None, "usage": _usage(usage._replace(output=1))}
    yield _event("message_start", message=start)
    yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for piece in step.pieces:
        yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield _event("content_block_stop", index=0)
    for index, call in enumerate(step.tool_calls, 1):
        yield _event("content_block_start", index=index, content_block=_tool(call, {}))
        delta = {"type": "input_json_delta", "partial_json": call["function"]["arguments"]}
        yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    if not step.ends_early:
        delta = {"stop_reason": _finish(step), "stop_sequence": None}
        yield _event("message_delta", delta=delta, usage={"output_tokens": usage.output})
        yield _event("message_stop")


def error(step: Step) -> dict[str, Any]:
    """An error's body."""
    return {"type": "error", "error": {"type": step.code or "api_error", "message": step.error}}


def _usage(usage: Usage) -> dict[str, int]:
    """Anthropic counts cached tokens beside the input, not in it."""
    return {
        "input_tokens": usage.input - usage.cached,
        "output_tokens": usage.output,
        "cache_read_input_tokens": usage.cached,
        "cache_creation_input_tokens": 0,
    }


def _tool(call: Mapping[str, Any], input: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "tool_use", "id": call["id"], "name": call["function"]["name"], "input": input}


def _event(name: str, **fields: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()


def _finish(step: Step) -> str:
    return "tool_use" if step.tool_calls and step.finish == "stop" else _FINISH[step.finish]
