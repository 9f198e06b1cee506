"""Tool calls of a stream, put together from their pieces."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Gathered:
    """The calls so far, by their index."""

    calls: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, piece: Any) -> None:
        """Take one piece in: name and id come with the first, arguments come in many."""
        call = self.calls.setdefault(piece.index, {"id": "", "name": "", "arguments": ""})
        function = piece.function
        call["id"] = call["id"] or piece.id or ""
        call["name"] = call["name"] or getattr(function, "name", None) or ""
        call["arguments"] += getattr(function, "arguments", None) or ""

    def whole(self) -> tuple[Mapping[str, Any], ...]:
        """The calls in OpenAI's form, in order."""
        return tuple(_call(self.calls[index]) for index in sorted(self.calls))


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    function = {"name": call["name"], "arguments": call["arguments"]}
    return {"id": call["id"], "type": "function", "function": function}
