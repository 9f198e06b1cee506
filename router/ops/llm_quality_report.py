"""`llm_quality_report`: how routing did: by classifier, task and model, with ratings and judges' scores."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.ops.operation import Operation, Parameter, Result, Surroundings

_MOST = 10_000


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Counts of the last days' decisions, at most the latest 10,000."""
    from router.engine.reading import open_reader
    from router.ops.opinions import counted, opinion_line
    from router.record.money import micros
    from router.record.turns import recent_turns

    days = values["days"]
    if not 1 <= days <= 3_650:
        raise UsageError(f"`days` is from 1 to 3650, found {days}")
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    since = micros(around.clock()) - days * 86_400_000_000
    turns = [] if reader.store is None else recent_turns(reader.store, _MOST, since=since)
    groups = {
        "classifier": counted(turns, lambda t: t.judged_by), "task": counted(turns, lambda t: t.task),
        "model": counted((t for t in turns if t.model), lambda t: t.model),
    }  # fmt: skip
    plain = {"days": days, "decisions": len(turns), "by": groups}

    def text(_: bool) -> str:
        lines = [f"{len(turns)} decisions in {days} days"]
        for name, rows in groups.items():
            lines += ["", f"BY {name.upper()}", *map(opinion_line, rows)]
        return "\n".join(lines) if turns else f"nothing was decided in {days} days"

    return Result(plain, text)


OPERATION = Operation(
    name="llm_quality_report",
    summary="how routing did, by classifier, task and model",
    description="Routing by classifier, task and model: answered, rated, judged, cost.",
    parameters=(Parameter("days", "", kind="whole", default=7),),
    run=run,
    output={"decisions": {"type": "integer"}, "by": {"type": "object"}},
    example="llm-router llm_quality_report --days 30",
)
