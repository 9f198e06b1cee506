"""OpenAI's wire format, which most others speak, too: https://platform.openai.com/docs/api-reference/chat."""

from collections.abc import Iterator, Mapping
from typing import Any

from router.dispatch.canned import chunk, completion, event, usage_fields
from tests.fake_provider.step import Step

STREAM_KIND = "text/event-stream"


def asked(path: str, body: Mapping[str, Any]) -> tuple[str, bool]:
    """The model, and whether a stream is wanted."""
    return str(body.get("model", "")), bool(body.get("stream"))


def whole(step: Step, model: str) -> dict[str, Any]:
    """A whole answer; Perplexity puts its sources beside the message, OpenAI into annotations."""
    more = {"citations": list(step.citations)} if _is_perplexity(step, model) else {}
    answer = completion(model, step.whole or None, step.usage, _finish(step), step.tool_calls, **more)
    answer["choices"][0]["message"] |= _annotations(step, model)
    return answer


def stream(step: Step, model: str) -> Iterator[bytes]:
    """The events of a stream, the usage in the last before the end."""
    more = {"citations": list(step.citations)} if _is_perplexity(step, model) else {}
    for piece in step.pieces:
        yield event(chunk(model, {"role": "assistant", "content": piece}, **more))
    for index, call in enumerate(step.tool_calls):
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        head = {"index": index, "id": call["id"], "type": "function", "function": {"name": name, "arguments": ""}}
        yield event(chunk(model, {"tool_calls": [head]}))
        for half in (arguments[: len(arguments) // 2], arguments[len(arguments) // 2 :]):
            yield event(chunk(model, {"tool_calls": [{"index": index, "function": {"arguments": half}}]}))
    if not step.ends_early:
        yield event(chunk(model, _annotations(step, model), _finish(step)))
        if step.usage:
            yield event(chunk(model, None, usage=usage_fields(step.usage), **more))
        yield event("[DONE]")


def error(step: Step) -> dict[str, Any]:
    """An error's body."""
    return {"error": {"message": step.error, "type": step.code or "error", "code": step.code or None}}


def _is_perplexity(step: Step, model: str) -> bool:
    return bool(step.citations) and model.startswith("sonar")


def _annotations(step: Step, model: str) -> dict[str, Any]:
    if not step.citations or _is_perplexity(step, model):
        return {}
    place = {"start_index": 0, "end_index": 1, "title": "a source"}
    return {
        "annotations": [{"type": "url_citation", "url_citation": {"url": url, **place}} for url in step.citations]
    }


def _finish(step: Step) -> str:
    return "tool_calls" if step.tool_calls and step.finish == "stop" else step.finish
