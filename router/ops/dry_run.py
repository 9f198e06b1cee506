"""`test`: the dry run. Decides a prompt, or many, or runs the policy's own tests; calls, spends and records nothing."""

from collections.abc import Mapping
from typing import Any

from router.ops.facts_from import FACT_PARAMETERS
from router.ops.operation import Operation, Parameter, Result, Surroundings


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """One prompt, a batch, or the test blocks, by which parameters are there."""
    if values["jsonl"]:
        from router.ops.dry_batch import run_batch

        return run_batch(values, around)
    if values["prompt"] is not None:
        from router.ops.dry_prompt import run_prompt

        return run_prompt(values, around)
    from router.ops.dry_tests import run_tests

    return run_tests(values, around)


OPERATION = Operation(
    name="test",
    summary="decide a prompt by the policy and show why; without a prompt, run the policy's tests",
    description=(
        "The dry run. With PROMPT (or - for standard input): which model would answer, and why.\n"
        "With --jsonl: one decision a line for {id, prompt, ...facts} lines on standard input.\n"
        "With neither: runs every test block of the policy; exit code 1 when one fails.\n"
        "Nothing is called, spent or recorded."
    ),
    parameters=(
        Parameter("prompt", "the prompt to decide", positional=True),
        *FACT_PARAMETERS,
        Parameter(
            "policy", "a folder whose policy stands in for the repository's", kind="path", metavar="DIR"
        ),
        Parameter("why_not", "say why this rule did not decide", metavar="RULE"),
        Parameter(
            "what_if",
            "decide again with this fact changed (value or `unknown`); repeatable",
            many=True,
            metavar="FACT=VALUE",
        ),
        Parameter("jsonl", "decide the lines on standard input", kind="flag"),
        Parameter("run", "only tests whose name contains this", metavar="PATTERN"),
        Parameter("junit", "write the test results as JUnit XML to this file", kind="path", metavar="FILE"),
        Parameter("coverage", "also report which rules and conditions the tests exercise", kind="flag"),
    ),
    run=run,
    example='llm-router test "fix the bug in auth.py" --path src/auth.py',
)
