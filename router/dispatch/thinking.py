"""What a model thought in earlier turns: signed by it, and refused by any other."""

from collections.abc import Mapping
from typing import Any

from router.model.call import Ask

_FIELDS = ("thinking_blocks", "reasoning_content")
_PARTS = ("thinking", "redacted_thinking")


def without_thinking(ask: Ask) -> Ask:
    """The call without the thinking of earlier turns; the call itself when it has none."""
    if not any(_thinks(message) for message in ask.messages):
        return ask
    return ask._replace(messages=tuple(_stripped(message) for message in ask.messages))


def _thinks(message: Mapping[str, Any]) -> bool:
    return any(name in message for name in _FIELDS) or any(_is_thought(part) for part in _parts(message))


def _stripped(message: Mapping[str, Any]) -> Mapping[str, Any]:
    kept = {name: value for name, value in message.items() if name not in _FIELDS}
    if any(_is_thought(part) for part in _parts(message)):
        kept["content"] = [part for part in _parts(message) if not _is_thought(part)]
    return kept


def _parts(message: Mapping[str, Any]) -> list[Any]:
    content = message.get("content")
    return content if isinstance(content, list) else []


def _is_thought(part: Any) -> bool:
    return isinstance(part, Mapping) and part.get("type") in _PARTS
