"""`llm_reroute`: a routing decision that was wrong, recorded with what would have been right."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import UsageError
from router.model.terms import COMPLEXITIES
from router.ops.asked import TASKS
from router.ops.latest import latest_turn
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Keeps the correction beside the decision; training and learned rules read it."""
    from router.record.decisions import Feedback, record_feedback

    if not any(values[name] for name in ("task_type", "complexity", "model")):
        raise UsageError("say what would have been right: `task_type`, `complexity` or `model`")
    reader, turn = latest_turn(values["decision_id"], around)
    models = reader.catalogue.models
    if values["model"] and values["model"] not in models:
        raise UsageError(f"no model is called `{values['model'][:80]}`; `llm_providers` lists them")
    reason = " ".join((values["reason"] or "").split())[:500] or None
    feedback = Feedback(
        "correction", turn.id, around.session, turn.task, values["complexity"] or turn.complexity, turn.model,
        good=False, better_task=values["task_type"], better_model=values["model"], reason=reason,
    )  # fmt: skip
    id_ = record_feedback(reader.records.store, reader.records.spool, around.clock, feedback, warn=around.warn)
    better = " ".join(filter(None, (values["task_type"], values["complexity"], values["model"])))
    plain = {"id": id_, "decision_id": turn.id, "was": f"{turn.task}/{turn.complexity}", "better": better}
    return Result(plain, lambda _: f"corrected {turn.id[:12]}: {plain['was']} should have been {better}")


OPERATION = Operation(
    name="llm_reroute",
    summary="correct a routing decision",
    description="Records that a prompt was routed wrongly and what would have been right; default: this session's latest.",
    parameters=(
        Parameter("task_type", "The right task", choices=TASKS),
        Parameter("complexity", "The right complexity", choices=COMPLEXITIES),
        Parameter("model", "The model that should have answered"),
        Parameter("reason", "Why"),
        Parameter("decision_id", "Which decision"),
    ),
    run=run,
    hints=Hints(read_only=False, idempotent=False),
    output={"decision_id": {"type": "string"}, "better": {"type": "string"}},
    example="llm-router llm_reroute --task-type code",
)
