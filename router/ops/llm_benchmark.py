"""`llm_benchmark`: how often answers were rated good, by task and model."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Operation, Result, Surroundings

_MOST = 10_000


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Rated decisions among the latest 10,000."""
    from router.engine.reading import open_reader
    from router.ops.opinions import counted
    from router.record.turns import recent_turns

    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    turns = [] if reader.store is None else recent_turns(reader.store, _MOST)
    rated = [turn for turn in turns if turn.good is not None]
    rows = counted(rated, lambda t: f"{t.task or '?'} {t.model or '?'}")
    lines = [f"{row['name']:<40} {row['accuracy']:>4.0%} good of {row['good'] + row['bad']}" for row in rows]
    none = "nothing was rated yet: llm_rate rates an answer"
    return Result({"rated": len(rated), "rows": rows}, lambda _: "\n".join(lines) or none)


OPERATION = Operation(
    name="llm_benchmark",
    summary="how often answers were rated good, by task and model",
    description="How often answers were rated good (llm_rate), by task and model.",
    parameters=(),
    run=run,
    output={"rated": {"type": "integer"}, "rows": {"type": "array"}},
    example="llm-router llm_benchmark",
)
