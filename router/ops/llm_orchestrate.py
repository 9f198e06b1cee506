"""`llm_orchestrate`: a task in several steps, each routed by the policy and within the budget."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from router.base.failures import UsageError
from router.ops.asked import ASKS, ask_of, carried_out, in_loop, request_of, service_of
from router.ops.operation import Operation, Parameter, Result, Surroundings

if TYPE_CHECKING:
    from router.engine.pipelines import Done, Step

_TEMPLATES = ("research_report", "competitive_analysis", "content_pipeline", "code_review_fix")
_FIELDS = ("name", "task", "prompt", "needs")


async def begin(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The last step's answer, and what became of each step; exit code 1 when the last one has none."""
    from router.engine.pipelines import TEMPLATES, carry_out

    task = values["task"]
    steps = TEMPLATES[values["template"]] if values["template"] else await _planned(task, around)
    service = await service_of(around)

    async def call(step: "Step", prompt: str) -> tuple[str, str, float | None]:
        around.progress(f"step {step.name}")
        request = request_of(service, prompt, around, "llm_orchestrate", {}, step.task)
        _, answer = await carried_out(service, request, ask_of(prompt, {}), around)
        return answer.text, answer.model, answer.total_usd

    done = await carry_out(steps, task, call)
    plain = {
        "text": done[-1].text or "", "cost_usd": sum(d.cost_usd or 0.0 for d in done),
        "steps": [
            {"name": d.step.name, "task": d.step.task, "model": d.model, "cost_usd": d.cost_usd, "fault": d.fault} for d in done
        ],
    }  # fmt: skip
    return Result(plain, lambda _: _text(done), 0 if done[-1].text is not None else 1)


async def _planned(task: str, around: Surroundings) -> "tuple[Step, ...]":
    """Steps that a model plans."""
    from router.engine.pipelines import MOST_STEPS, TASKS, Step, checked
    from router.ops.structured import object_schema, rows_of, structured

    prompt = (
        f"Plan at most {MOST_STEPS} steps, each one call of a language model, for: {task}\n\n`task` is one of {', '.join(TASKS)}; "
        "`needs` names earlier steps whose answers this one reads, separated by commas, or is empty. The last step gives the result."
    )
    plain, _ = await structured(around, "llm_orchestrate", prompt, object_schema("steps", _FIELDS), {}, task="analyze")
    steps = []
    for row in rows_of(plain, "steps", _FIELDS):
        if row["task"] not in TASKS:
            raise UsageError(f"the plan has a step of the unknown task `{row['task'][:40]}`")
        needs = tuple(need.strip() for need in row["needs"].split(",") if need.strip())
        steps.append(Step(row["name"], row["task"], row["prompt"], needs))
    return checked(steps)


def _text(done: "tuple[Done, ...]") -> str:
    lines = [done[-1].text or "the last step has no answer", "", "---"]
    for each in done:
        cost = "" if each.cost_usd is None else f", ${each.cost_usd:.4f}"
        lines.append(f"{each.step.name} ({each.step.task}): {each.fault or f'{each.model}{cost}'}")
    return "\n".join(lines)


OPERATION = Operation(
    name="llm_orchestrate",
    summary="a task in several routed steps",
    description="Does a task in steps, each routed and within budget; by a template, else by a plan of its own.",
    parameters=(
        Parameter("task", "", positional=True, required=True),
        Parameter("template", "", choices=_TEMPLATES),
    ),
    run=in_loop(begin),
    begin=begin,
    hints=ASKS,
    output={"text": {"type": "string"}, "steps": {"type": "array"}},
    example='llm-router llm_orchestrate "vector databases" --template research_report',
)
