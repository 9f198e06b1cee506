"""`llm_pipeline_templates`: the pipelines that `llm_orchestrate` has ready."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Operation, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Each template with its steps."""
    from router.engine.pipelines import TEMPLATES

    rows: list[dict[str, Any]] = [
        {"name": name, "steps": [{"name": s.name, "task": s.task, "needs": list(s.needs)} for s in steps]}
        for name, steps in TEMPLATES.items()
    ]
    lines = [f"{row['name']}: {' → '.join(step['name'] for step in row['steps'])}" for row in rows]
    return Result({"templates": rows}, lambda _: "\n".join(lines))


OPERATION = Operation(
    name="llm_pipeline_templates",
    summary="the pipelines that llm_orchestrate has ready",
    description="Lists the pipelines of llm_orchestrate.",
    parameters=(),
    run=run,
    output={"templates": {"type": "array"}},
    example="llm-router llm_pipeline_templates",
)
