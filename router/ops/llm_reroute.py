"""`llm_reroute`: a routing decision that was wrong, recorded with what would have been right, and learned from."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from router.base.failures import StoreError, UsageError
from router.model.terms import COMPLEXITIES
from router.ops.asked import MOST_CHARACTERS, TASKS
from router.ops.latest import latest_turn
from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings

if TYPE_CHECKING:
    from router.engine.reading import Reader
    from router.record.turns import Turn


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Keeps the correction beside the decision; the prompt, where its words are known, for `llm-router train`; and writes
    the rules that corrections come to."""
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
    plain = {
        "id": id_, "decision_id": turn.id, "was": f"{turn.task}/{turn.complexity}", "better": better,
        "kept_for_training": _kept(values, around, reader, turn), "learned": _learned(around, reader),
    }  # fmt: skip
    return Result(plain, lambda _: _text(plain))


def _kept(values: Mapping[str, Any], around: Surroundings, reader: "Reader", turn: "Turn") -> bool:
    """Whether the prompt was kept: a correction of the model alone says nothing about what a prompt is."""
    from router.engine.learned import keep_prompt

    if not (values["task_type"] or values["complexity"]):
        return False
    prompt = values["prompt"] or (around.desk.prompts.get(turn.id) if around.desk is not None else None)
    if not prompt:
        return False
    task, complexity = values["task_type"] or turn.task, values["complexity"] or turn.complexity
    return keep_prompt(reader.places.user, prompt, task, complexity)


def _learned(around: Surroundings, reader: "Reader") -> list[str]:
    from router.engine.learned import learn_rules
    from router.record.where import store_address

    user, places = around.environ.get("USER"), reader.places
    shared = isinstance(store_address(around.environ, places, reader.settings.team_store), str)
    try:
        rules = learn_rules(reader.records.store, user, places.user, around.clock(), shared=shared)
    except StoreError as failure:
        around.warn(f"{failure}; no rule is learned from this for now")
        return []
    return [f"{rule.task} → {rule.model}" for rule in rules]


def _text(plain: Mapping[str, Any]) -> str:
    lines = [f"corrected {plain['decision_id'][:12]}: {plain['was']} should have been {plain['better']}"]
    if plain["kept_for_training"]:
        lines.append("the prompt is kept: `llm-router train` learns from it")
    lines += [f"learned, after three corrections that agree: {rule}" for rule in plain["learned"]]
    return "\n".join(lines)


OPERATION = Operation(
    name="llm_reroute",
    summary="correct a routing decision",
    description="Corrects a routing decision (default: this session's latest). Three that agree on a task's model make a rule.",
    parameters=(
        Parameter("task_type", "The right task", choices=TASKS),
        Parameter("complexity", "The right complexity", choices=COMPLEXITIES),
        Parameter("model", "The model that should have answered"),
        Parameter("reason", "Why"),
        Parameter("decision_id", "Which decision"),
        Parameter("prompt", "Its words, where another program asked it", longest=MOST_CHARACTERS),
    ),
    run=run,
    hints=Hints(read_only=False, idempotent=False),
    output={"decision_id": {"type": "string"}, "better": {"type": "string"}},
    example="llm-router llm_reroute --task-type code",
)
