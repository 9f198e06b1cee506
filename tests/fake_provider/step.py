"""One scripted answer of the fake provider."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from router.model.ledger import Usage
from tests.fake_provider.gate import Gate

_USAGE = Usage(12, 5, 0)


@dataclass(frozen=True)
class Step:
    """What the provider does with one request.

    A `status` from 400 up answers with that error: `error` is its message, `code` its type in the provider's words.
    `gate` stands before the answer, `gates` before the chunk of that number. `cut` closes the connection after that
    many chunks of a stream, or in the middle of a whole answer; `ends_early` ends a stream properly, but without its
    finish. `drop` closes the connection unanswered, `hang` never answers.
    """

    text: str = "hello from the fake"
    chunks: tuple[str, ...] = ()
    usage: Usage | None = _USAGE
    finish: str = "stop"
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    citations: tuple[str, ...] = ()
    status: int = 200
    error: str = "the fake was told to fail"
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    gate: Gate | None = None
    gates: Mapping[int, Gate] = field(default_factory=dict)
    cut: int | None = None
    ends_early: bool = False
    drop: bool = False
    hang: bool = False

    @property
    def pieces(self) -> tuple[str, ...]:
        """The text as a stream gives it."""
        if self.chunks:
            return self.chunks
        return tuple(re.findall(r"\S*\s*", self.text)[:-1])

    @property
    def whole(self) -> str:
        """The text as a whole answer gives it."""
        return "".join(self.chunks) or self.text


def tool_call(name: str, arguments: Mapping[str, Any], id: str = "call_1") -> dict[str, Any]:
    """A tool call in OpenAI's form."""
    return {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
