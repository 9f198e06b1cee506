"""`raw prune`: remove raw outputs that are too old or too many."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.base.places import find_places
from router.compress.raw_store import MAX_AGE_DAYS, MAX_BYTES, RawStore, raw_folder
from router.ops.operation import Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """How many were removed."""
    if values["days"] < 0 or values["megabytes"] < 0:
        raise UsageError("`--days` and `--megabytes` take numbers from 0 up")
    places = find_places(around.environ, around.cwd)
    store = RawStore(
        raw_folder(places),
        clock=around.clock,
        max_age_days=values["days"],
        max_bytes=int(values["megabytes"] * 1024 * 1024),
    )
    removed = store.prune(everything=values["all"])
    text = f"{len(removed)} raw output(s) removed"
    return Result({"removed": removed}, lambda colour: text)


OPERATION = Operation(
    name="raw prune",
    summary="remove raw outputs by age and size",
    description="Removes stored outputs that are older than --days, and the oldest ones beyond --megabytes.",
    parameters=(
        Parameter("days", "keep what is younger", kind="number", default=float(MAX_AGE_DAYS), metavar="N"),
        Parameter("megabytes", "keep at most so much", kind="number", default=MAX_BYTES / 1024 / 1024, metavar="N"),
        Parameter("all", "remove every one", kind="flag"),
    ),
    run=run,
    example="llm-router raw prune --days 1",
)
