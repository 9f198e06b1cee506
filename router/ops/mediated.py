"""What the media tools share: a wish becomes a media call, its files are named."""

from collections.abc import Mapping
from typing import Any

from router.ops.asked import carried_out, request_of, service_of, shown, wanting
from router.ops.operation import Hints, Result, Surroundings

MAKES = Hints(read_only=False, destructive=False, idempotent=False, open_world=True)
"""It writes new files, into the user's own folder of media."""

MADE: Mapping[str, Any] = {"files": {"type": "array"}, "model": {"type": "string"}, "cost_usd": {"type": ["number", "null"]}}


async def made(values: Mapping[str, Any], around: Surroundings, tool: str, kind: str, prompt: str, **wish: Any) -> Result:
    """The files that a model made, by their paths."""
    from router.model.call import Ask

    service = wanting(await service_of(around), values.get("model"))
    request = request_of(service, prompt, around, tool, {}, kind)
    media = {"kind": kind, **{name: value for name, value in wish.items() if value is not None}}
    ask = Ask(({"role": "user", "content": prompt},), kind="media", media=media)
    decided, answer = await carried_out(service, request, ask, around)
    return shown(decided, answer, service, text="\n".join(answer.files) or answer.text)
