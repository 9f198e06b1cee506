"""`llm_rate`: whether an answer was good, kept for quality reports."""

from collections.abc import Mapping
from typing import Any

from router.ops.latest import latest_turn
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Keeps the opinion beside the decision."""
    from router.record.decisions import Feedback, record_feedback

    reader, turn = latest_turn(values["decision_id"], around)
    good = values["rating"] == "good"
    feedback = Feedback("rating", turn.id, around.session, turn.task, turn.complexity, turn.model, good=good)
    id_ = record_feedback(reader.records.store, reader.records.spool, around.clock, feedback, warn=around.warn)
    plain = {"id": id_, "decision_id": turn.id, "good": good, "model": turn.model}
    return Result(plain, lambda _: f"{turn.model or 'the answer'} ({turn.task}/{turn.complexity}) was {'good' if good else 'bad'}")


OPERATION = Operation(
    name="llm_rate",
    summary="rate an answer",
    description="Rates an answer; default: this session's latest.",
    parameters=(Parameter("rating", "", positional=True, required=True, choices=("good", "bad")), Parameter("decision_id", "Which decision")),
    run=run,
    hints=Hints(read_only=False, idempotent=False),
    output={"decision_id": {"type": "string"}, "good": {"type": "boolean"}},
    example="llm-router llm_rate bad",
)
