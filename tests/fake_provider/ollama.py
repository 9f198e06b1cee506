"""Ollama's wire format: https://github.com/ollama/ollama/blob/main/docs/api.md, `/api/chat`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from router.model.ledger import Usage
from tests.fake_provider.step import Step

STREAM_KIND = "application/x-ndjson"


def asked(path: str, body: Mapping[str, Any]) -> tuple[str, bool]:
    """The model, and whether a stream is wanted, which is Ollama's default."""
    return str(body.get("model", "")), bool(body.get("stream", True))


def whole(step: Step, model: str) -> dict[str, Any]:
    """A whole answer."""
    return {**_line(model, step.whole, step), **_end(step)}


def stream(step: Step, model: str) -> Iterator[bytes]:
    """The lines of a stream, the last with counts."""
    for piece in step.pieces:
        yield _bytes({**_line(model, piece, None), "done": False})
    if step.tool_calls:
        yield _bytes({**_line(model, "", step), "done": False})
    if not step.ends_early:
        yield _bytes({**_line(model, "", None), **_end(step)})


def error(step: Step) -> dict[str, Any]:
    """An error's body."""
    return {"error": step.error}


def _line(model: str, text: str, step: Step | None) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if step and step.tool_calls:
        functions = [call["function"] for call in step.tool_calls]
        message["tool_calls"] = [
            {"function": {"name": f["name"], "arguments": json.loads(f["arguments"])}} for f in functions
        ]
    return {"model": model, "created_at": "2026-01-01T00:00:00Z", "message": message}


def _end(step: Step) -> dict[str, Any]:
    usage = step.usage or Usage()
    counts = {"prompt_eval_count": usage.input, "eval_count": usage.output} if step.usage else {}
    return {"done": True, "done_reason": step.finish, **counts}


def _bytes(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data).encode() + b"\n"
