"""`config lint`: faults of the YAML layers alone."""

from collections.abc import Mapping
from typing import Any

from router.base.places import find_places
from router.base.problems import has_errors
from router.base.render import render_json, render_text
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.policy.sources import read_sources


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Validate every layer's YAML; exit code 1 on errors."""
    sources = read_sources(
        find_places(around.environ, around.cwd), around.environ, policy_dir=values["policy"]
    )
    problems = sources.problems

    def text(colour: bool) -> str:
        return render_text(problems, sources.texts, colour=colour) or "no problems in the YAML layers"

    return Result({"problems": render_json(problems)}, text, 1 if has_errors(problems) else 0)


OPERATION = Operation(
    name="config lint",
    summary="report faults in the YAML layers alone",
    description="Validates .llm-router.yml, routing.yaml, the organisation's policy and the environment variables.",
    parameters=(
        Parameter(
            "policy", "a folder whose policy stands in for the repository's", kind="path", metavar="DIR"
        ),
    ),
    run=run,
    example="llm-router config lint",
)
