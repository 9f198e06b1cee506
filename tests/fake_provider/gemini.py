"""Gemini's wire format: https://ai.google.dev/api/generate-content."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from router.model.ledger import Usage
from tests.fake_provider.step import Step

STREAM_KIND = "text/event-stream"
_FINISH = {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}


def asked(path: str, body: Mapping[str, Any]) -> tuple[str, bool]:
    """The model and whether a stream is wanted both stand in the path: `…/models/NAME:streamGenerateContent`."""
    name, _, method = path.split("?")[0].rpartition("/")[2].partition(":")
    return name, method.startswith("stream")


def whole(step: Step, model: str) -> dict[str, Any]:
    """A whole answer."""
    parts: list[dict[str, Any]] = [{"text": step.whole}] if step.whole else []
    return _response(parts + _calls(step), model, _FINISH[step.finish], step.usage)


def stream(step: Step, model: str) -> Iterator[bytes]:
    """The events of a stream: each is a response of its own, the last with the reason for the end."""
    for piece in step.pieces:
        yield _event(_response([{"text": piece}], model, None, None))
    if calls := _calls(step):
        yield _event(_response(calls, model, None, None))
    if not step.ends_early:
        yield _event(_response([{"text": ""}], model, _FINISH[step.finish], step.usage))


def error(step: Step) -> dict[str, Any]:
    """An error's body."""
    status = step.code or _STATUS.get(step.status, "INTERNAL")
    return {"error": {"code": step.status, "message": step.error, "status": status}}


def _calls(step: Step) -> list[dict[str, Any]]:
    functions = [call["function"] for call in step.tool_calls]
    return [{"functionCall": {"name": f["name"], "args": json.loads(f["arguments"])}} for f in functions]


def _response(
    parts: list[dict[str, Any]], model: str, finish: str | None, usage: Usage | None
) -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": parts}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {
        "candidates": [candidate],
        "modelVersion": model,
        **({"usageMetadata": _usage(usage)} if usage else {}),
    }


def _usage(usage: Usage) -> dict[str, int]:
    return {
        "promptTokenCount": usage.input,
        "candidatesTokenCount": usage.output,
        "totalTokenCount": usage.input + usage.output,
        "cachedContentTokenCount": usage.cached,
    }


def _event(data: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\r\n\r\n".encode()
