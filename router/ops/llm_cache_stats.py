"""`llm_cache_stats`: how the caches of this server do."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Operation, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Entries, hits, misses and evictions of each cache; a command of its own has none."""
    if around.desk is None:
        return Result({"caches": {}}, lambda _: "caches live in the server: ask through MCP")
    counts = {name: cache.counts() for name, cache in around.desk.caches.each().items()}
    lines = [
        f"{name:<15} {c.entries} of {c.most} entries, {c.hits} hits, {c.misses} misses, {c.evicted} evicted"
        for name, c in counts.items()
    ]
    return Result({"caches": {name: c._asdict() for name, c in counts.items()}}, lambda _: "\n".join(lines))


OPERATION = Operation(
    name="llm_cache_stats",
    summary="how the server's caches do",
    description="Caches of classifications, answers, and answers by meaning: entries, hits, misses, evictions.",
    parameters=(),
    run=run,
    output={"caches": {"type": "object"}},
    example="llm-router llm_cache_stats",
)
