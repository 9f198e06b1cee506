"""`policy coverage`: which rules and conditions the policy's tests exercise."""

from collections.abc import Mapping
from typing import Any

from router.analyse.coverage import coverage
from router.ops.dry_tests import tested
from router.ops.operation import Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Run the tests and report per rule; exit code 1 under `--min`."""
    decider, layers, results = tested(values, around)
    found = coverage(decider, results, [layer.name for layer in layers])
    low = found.share * 100 < values["min"]
    return Result(found.to_plain(), lambda colour: found.text(), 1 if low else 0)


OPERATION = Operation(
    name="policy coverage",
    summary="which rules and conditions the policy's tests exercise",
    description="Runs the policy's tests and says of each rule whether it fired and was in force, and of each condition\nwhether it was seen true and false.",
    parameters=(
        Parameter(
            "policy", "a folder whose policy stands in for the repository's", kind="path", metavar="DIR"
        ),
        Parameter("all_layers", "the built-in rules too", kind="flag"),
        Parameter(
            "min",
            "exit code 1 when less than this share is covered",
            kind="number",
            default=0.0,
            metavar="PERCENT",
        ),
    ),
    run=run,
    example="llm-router policy coverage --min 80",
)
