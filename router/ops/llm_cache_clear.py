"""`llm_cache_clear`: the server's caches, emptied."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Hints, Operation, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """How many entries were forgotten."""
    count = 0 if around.desk is None else sum(cache.clear() for cache in around.desk.caches.each().values())
    return Result({"cleared": count}, lambda _: f"{count} entries forgotten")


OPERATION = Operation(
    name="llm_cache_clear",
    summary="empty the server's caches",
    description="Empties the caches of classifications and answers, those by meaning too.",
    parameters=(),
    run=run,
    hints=Hints(read_only=False),
    output={"cleared": {"type": "integer"}},
    example="llm-router llm_cache_clear",
)
